"""``python -m perfxl.reporting``: draw perfxl's own Word templates again."""

from perfxl import resources
from perfxl.reporting import templates

if __name__ == "__main__":
    for path in templates.generate(resources.folder("templates")):
        print(path)

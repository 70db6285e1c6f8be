"""``python -m perfxl.stages.report``: draw perfxl's own Word templates again."""

from perfxl.model import resources
from perfxl.stages.report import templates

if __name__ == "__main__":
    for path in templates.generate(resources.folder("templates")):
        print(path)

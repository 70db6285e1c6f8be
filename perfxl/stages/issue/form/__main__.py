"""``python -m perfxl.stages.issue.form [FOLDER]``: generate the masters from the schemas, into ``workbooks/templates``."""

import sys
from pathlib import Path

from perfxl.model.resources import CHECKOUT
from perfxl.stages.issue.form.masters import generate

if __name__ == "__main__":
    for path in generate(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "workbooks" / "templates"):
        print(path)

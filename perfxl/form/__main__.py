"""``python -m perfxl.form [FOLDER]``: generate the masters from the schemas, into ``workbooks/templates``."""

import sys
from pathlib import Path

from perfxl.form.masters import generate
from perfxl.resources import PACKAGE

if __name__ == "__main__":
    for path in generate(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE.parent / "workbooks" / "templates"):
        print(path)

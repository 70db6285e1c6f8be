"""``python -m perfxl``: the command line; ``python -P -m perfxl`` where the current folder may hold anything.

Python itself looks for modules in the current folder first, before it comes here; from here on nothing does.
"""

import os
import sys

# Both are there already. Nothing else is imported until the current folder is out of the way.
if sys.path and sys.path[0] in ("", os.getcwd()) and not os.path.samefile(os.curdir, os.path.dirname(os.path.dirname(__file__))):
    del sys.path[0]

from perfxl.cli import main  # noqa: E402

sys.exit(main())

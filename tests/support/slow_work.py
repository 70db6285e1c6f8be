"""perfxl as the extension starts it, but for a work that goes on until it is stopped: python slow_work.py MARK STAGE LANGUAGE

Under way, it makes the file MARK.
"""

import sys
from pathlib import Path

from perfxl.ui.addin.libreoffice import __main__, desk


def main() -> int:
    """Do the work of one button, and wait after the first thing that is counted."""
    mark, counted = Path(sys.argv.pop(1)), desk.OfficeDesk.progress

    def progress(self, items, label, total):
        for item in counted(self, items, label, total):
            yield item
            mark.touch()
            self.line.cancelled.wait()

    setattr(desk.OfficeDesk, "progress", progress)
    return __main__.main()


if __name__ == "__main__":
    sys.exit(main())

"""What the extension starts: ``python -m perfxl.ui.addin.libreoffice STAGE LANGUAGE``."""

import os
import sys

from perfxl.model import interruption, safe_path
from perfxl.ui.addin.actions import run
from perfxl.ui.addin.libreoffice.desk import OfficeDesk
from perfxl.ui.addin.libreoffice.line import Line


def main() -> int:
    """Do the work of one button; the exit code. Asked to end, it ends what it has started first."""
    interruption.handle_interrupts()
    safe_path.secure()
    stage, language = sys.argv[1:3]
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed must not mix with the line
    line = Line(sys.stdin.buffer, said)
    try:
        run(stage, OfficeDesk(line, language))
    except KeyboardInterrupt:
        return 2
    finally:
        interruption.ignore_interrupts()
    line.tell(end=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

import sys

from perfxl.ui.cli import main

sys.exit(main())

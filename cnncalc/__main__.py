"""``python -m cnncalc``: the command line."""

import sys

from cnncalc.cli import main

sys.exit(main())

"""The command line as a process of its own: ``cnncalc``, and ``python -m cnncalc``."""

import atexit
import gc
import sys

# Hardly anything that a command makes stands in circles, and all of it goes with the
# process. To look for circles whenever there are 700 objects more, and thrice at the
# end, takes an eighth of the time of a summary; what is frozen is not looked at.
gc.set_threshold(100_000)
atexit.register(gc.freeze)

from cnncalc.cli import main  # noqa: E402 - most objects are made from here on

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())

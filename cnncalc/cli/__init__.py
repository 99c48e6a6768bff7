"""The command line: ``cnncalc summary lenet``."""

from cnncalc.cli.main import main

__all__ = ["main"]

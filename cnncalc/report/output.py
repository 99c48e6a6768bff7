"""The way of a text, where 0.1 had it; it stands in `cnncalc.answers.output`."""

from cnncalc.answers.output import PathName, given

__all__ = ["PathName", "given"]

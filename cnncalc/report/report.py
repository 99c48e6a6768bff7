"""Reports, where 0.1 had them; they stand in `cnncalc.answers.answer`."""

from cnncalc.answers.answer import Report

__all__ = ["Report"]

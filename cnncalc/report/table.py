"""Tables as data, where 0.1 had them; they stand in `cnncalc.answers.table`."""

from cnncalc.answers.table import BareWindow, Change, Column, Fact, Style, Table, Unit

__all__ = ["BareWindow", "Change", "Column", "Fact", "Style", "Table", "Unit"]

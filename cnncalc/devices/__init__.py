"""Devices that networks run on: what memory they have, and who says so.

Example:
    >>> from cnncalc import devices
    >>> board = devices.find("stm32f746")
    >>> board.ram, board.flash, board.core, board.clock
    (327680, 1048576, 'Cortex-M7', 216000000)
"""

import sys
from typing import TYPE_CHECKING, Any

from cnncalc.devices.boards import BOARDS, Boards, find
from cnncalc.devices.boards import device_names as names
from cnncalc.devices.boards import devices_table as table
from cnncalc.refusals import Catalogue

__all__ = ["BOARDS", "Boards", "find", "names", "table"]


_example = 'devices.find("stm32f746")'


def _asked(name: Any) -> str:
    find(name)
    return f'devices.find("{name}")'


if not TYPE_CHECKING:  # which tells of wrong names itself

    def __getattr__(name: str) -> Any:
        from cnncalc.words.lookup import missing_from_module

        of_tables = dict.fromkeys(("keys", "list", "all"), "devices.names()")
        of_tables |= {"values": "devices.table()", "items": "devices.BOARDS.items()"}
        boards = {board: _asked(board) for board in BOARDS}
        raise missing_from_module(__name__, name, __all__, of_tables | boards)

    sys.modules[__name__].__class__ = Catalogue

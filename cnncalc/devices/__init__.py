"""Devices that networks run on: what memory they have, and who says so.

Example:
    >>> from cnncalc import devices
    >>> board = devices.find("stm32f746")
    >>> board.ram, board.flash, board.core, board.clock
    (327680, 1048576, 'Cortex-M7', 216000000)
"""

from cnncalc.devices.boards import BOARDS, Boards, find
from cnncalc.devices.boards import device_names as names
from cnncalc.devices.boards import devices_table as table

__all__ = ["BOARDS", "Boards", "find", "names", "table"]

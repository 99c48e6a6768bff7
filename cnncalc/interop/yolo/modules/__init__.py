"""The modules of rows: one small function each, in one table."""

from cnncalc.interop.yolo.modules import attention as attention
from cnncalc.interop.yolo.modules import csp as csp
from cnncalc.interop.yolo.modules import heads as heads
from cnncalc.interop.yolo.modules import plain as plain
from cnncalc.interop.yolo.modules import rep as rep
from cnncalc.interop.yolo.modules import rtdetr as rtdetr
from cnncalc.interop.yolo.modules import words as words

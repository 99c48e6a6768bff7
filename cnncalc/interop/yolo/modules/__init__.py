"""The modules of rows: one small function each, in one table."""

from cnncalc.interop.yolo.modules import (
    attention,
    csp,
    heads,
    plain,
    rep,
    rtdetr,
    words,
)

__all__ = ["attention", "csp", "heads", "plain", "rep", "rtdetr", "words"]

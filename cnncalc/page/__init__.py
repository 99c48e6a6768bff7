"""Reports as pages: all that is known of a network, in one file that opens anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc._lazy import getter

if TYPE_CHECKING:
    from cnncalc.answers.report_page import ReportPage
    from cnncalc.page.reporting import report

__all__ = ["ReportPage", "report"]

__getattr__ = getter(
    __name__,
    {
        "cnncalc.page.reporting": "report",
        "cnncalc.answers.report_page": "ReportPage",
    },
)

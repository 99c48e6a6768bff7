"""Cells: what the values of each unit look like."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import Shape
from cnncalc.cost.totals import AtLeast
from cnncalc.report.cells import in_bytes, written
from cnncalc.report.table import BareWindow, Style


class TestCells:
    @pytest.mark.parametrize(
        ("value", "unit", "expected"),
        [
            (1234567, "count", "1,234,567"),
            (None, "count", "?"),
            (AtLeast(1234), "count", "≥ 1,234"),
            ("a\nb", "text", "a\\nb"),
            (None, "pair", ""),
            ((Shape(2, 2, 3), Shape.of(4)), "shape", "2×2×3 + 4"),
            ((2, 2), "pair", "2"),
            ((2, 1), "pair", "2×1"),
            (((0, 1), (2, 3)), "pair", "0,1,2,3"),
            ("same", "pair", "same"),
            ((6, 5, 5, 1), "filters", "6@5×5×1"),
            ((120,), "filters", "120"),
            ((2, 2), "filters", "2×2"),
            (BareWindow((2, 2, 2)), "filters", "2×2×2"),
            ((128, 5, 64), "filters", "128@5×64"),
            ((64, 3, 7, 7, 3), "filters", "64@3×7×7×3"),
            (246_824, "bytes", "241.039 KiB"),
        ],
    )
    def test_are_written_by_unit(self, value, unit, expected):
        """What a value looks like depends on its unit."""
        assert expected == written(value, unit)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (0, "0 B"),
            (1023, "1,023 B"),
            (1024, "1.000 KiB"),
            (1024**2 - 1, "1,023.999 KiB"),
            (4 * 62_378_344, "237.9545 MiB"),
            (4 * 138_357_544, "527.7921 MiB"),
            (1024**3, "1.0000 GiB"),
            (3 * 1024**6, "3.0000 EiB"),
            (5000 * 1024**6, "5,000.0000 EiB"),
            (AtLeast(2048), "≥ 2.000 KiB"),
        ],
    )
    def test_bytes_are_in_the_unit_that_fits(self, value, expected):
        """Bytes are printed 1024-based, with decimals that tell them apart."""
        assert expected == in_bytes(value)

    @pytest.mark.parametrize(
        ("value", "unit", "style", "expected"),
        [
            (0, "count", {"units": "auto"}, "0"),
            (999, "count", {"units": "auto"}, "999"),
            (1000, "count", {"units": "auto"}, "1.00 K"),
            (999_994, "count", {"units": "auto"}, "999.99 K"),
            (999_995, "count", {"units": "auto"}, "1.00 M"),
            (25_557_032, "count", {"units": "auto"}, "25.56 M"),
            (4_089_184_256, "count", {"units": "auto"}, "4.09 G"),
            (5 * 10**21, "count", {"units": "auto"}, "5,000.00 E"),
            (AtLeast(1500), "count", {"units": "auto"}, "≥ 1.50 K"),
            (None, "count", {"units": "auto"}, "?"),
            (156, "count", {"units": "K"}, "0.156 K"),
            (25_557_032, "count", {"units": "K"}, "25,557.032 K"),
            (25_557_032, "count", {"units": "M"}, "25.557 M"),
            (4_089_184_256, "count", {"units": "G"}, "4.089 G"),
            (499, "count", {"units": "M"}, "< 0.001 M"),
            (500, "count", {"units": "M"}, "0.001 M"),
            (0, "count", {"units": "M"}, "0.000 M"),
            (1023, "bytes", {"units": "K"}, "0.999 KiB"),
            (249_513_376, "bytes", {"units": "M"}, "237.9545 MiB"),
            (1024**3 - 1, "bytes", {}, "1.0000 GiB"),
            (999, "bytes", {"byte_units": "decimal"}, "999 B"),
            (246_824, "bytes", {"byte_units": "decimal"}, "246.824 kB"),
            (
                249_513_376,
                "bytes",
                {"byte_units": "decimal", "units": "G"},
                "0.2495 GB",
            ),
            (0.25, "percent", {}, "25.00 %"),
            (0.000009, "percent", {}, "< 0.01 %"),
            (0, "percent", {}, "0.00 %"),
            (None, "percent", {}, ""),
            (("a", "b\n"), "names", {}, "a, b\\n"),
            ((16, 6, 5, 5), "sizes", {}, "16×6×5×5"),
            (1000, "number", {"units": "M"}, "1,000"),
            (None, "number", {}, ""),
            (Shape(2, 3, 4), "shape", {"layout": "CHW"}, "4×2×3"),
            (Shape(2, 3, 4), "shape", {"layout": "CHW", "batch": 8}, "8×4×2×3"),
            (Shape(2, 3, 4), "shape", {"batch": 8}, "8×2×3×4"),
            (Shape.of(4), "shape", {"layout": "CHW", "batch": 8}, "8×4"),
            (Shape(100, 64), "shape", {"layout": "CL", "batch": 8}, "8×64×100"),
            (Shape(2, 3, 4, 5), "shape", {"layout": "CDHW"}, "5×2×3×4"),
            (Shape(2, 3, 4, 5), "shape", {"layout": "DHWC", "batch": 8}, "8×2×3×4×5"),
        ],
    )
    def test_are_written_in_the_style(self, value, unit, style, expected):
        """Units, layout and batch change what is written, and no label is wrong."""
        assert expected == written(value, unit, Style(**style))

    @given(st.integers(0, 10**24), st.sampled_from(["auto", "K", "M", "G"]))
    def test_rounding_is_to_the_last_digit(self, number, units):
        """What a rounded count says is at most half a unit of its last digit off."""
        text = written(number, "count", Style(units=units))
        shown, _, prefix = text.removeprefix("< ").partition(" ")
        _, _, decimals = shown.partition(".")
        size = 1000 ** " KMGTPE".index(prefix or " ")
        written_number = Fraction(shown.replace(",", "")) * size
        last = Fraction(size, 10 ** len(decimals))

        if text.startswith("< "):
            assert 0 < 2 * number < written_number
        else:
            assert 2 * abs(written_number - number) <= last

"""Drawings: what they show, that nothing overlaps, and that they are plain SVG."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import outside, overlapping
from strategies import fitting, layers_on, spaces

from cnncalc import (
    FC,
    Activation,
    Add,
    Builder,
    CnncalcError,
    Conv1d,
    Conv2d,
    OptionError,
    Sequential,
    Shape,
    zoo,
)
from cnncalc.draw import KINDS, Drawing
from cnncalc.draw.as_svg import element, number, render
from cnncalc.draw.boxes import boxes, family
from cnncalc.draw.layout import Footprint, arranged, layers
from cnncalc.draw.scene import Scene, text
from cnncalc.draw.texts import clipped, extent
from cnncalc.layers.base import Layer
from cnncalc.layers.input import Join

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'&]]>",
    "a\nb\tc",
    "\u202egnp.exe",
    "שלום",
    "卷积层卷积层卷积层卷积层卷积层",
    "\x00\x1b\ufffe\ud800",
    "﷽" * 30,
    "x" * 500,
]


def picture(net, kind="architecture", **options):
    """Draw a network, under the title "net" if it has no name."""
    return net.draw(kind, title=net.name or "net", **options)


def texts(drawing):
    """Return the words that are written in a picture."""
    root = ET.fromstring(drawing.to_svg())
    return [node.text for node in root.iter(f"{SVG}text")]


def size(drawing):
    """Return the width and the height of a picture."""
    root = ET.fromstring(drawing.to_svg())
    return float(root.get("width")), float(root.get("height"))


@pytest.mark.no_cover

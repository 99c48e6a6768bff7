"""Drawings: what they show, that nothing overlaps, and that they are plain SVG."""

import xml.etree.ElementTree as ET

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

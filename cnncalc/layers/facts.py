"""Neutral facts of layers, which other rooms ask for: names, roles and others."""

from __future__ import annotations

import re
from typing import ClassVar

from cnncalc.layers.records import Geometry

__all__ = ["Facts"]


class Facts:
    """The facts of most layers; a kind of which one is not so says otherwise."""

    __slots__ = ()

    # What an automatic name begins with, when it is not the class's name.
    stem: ClassVar[str] = ""

    # Its role, where that is the same whatever its fields are; else the class's name.
    task: ClassVar[str] = ""

    # Its inputs but the largest are gates, which only scale that one.
    is_gate: ClassVar[bool] = False

    # What it puts out are weights of its own, and nothing that a network computes.
    is_parameter: ClassVar[bool] = False

    # Each of its filters sees one channel, however many there are.
    sees_one_channel: ClassVar[bool] = False

    # Why it does not tell what it costs, where it says so.
    reason: str | None = None

    # How many operations a value of the output takes, beside multiply-adds and biases;
    # None leaves that to its role.
    flops_per_value: ClassVar[int | None] = None

    # What it is at inference: itself, or nothing (a dropout).
    is_dropped_at_inference: ClassVar[bool] = False

    @property
    def inplace(self) -> bool:
        """Whether it may overwrite an input that is not used any more."""
        return False

    @property
    def is_view(self) -> bool:
        """Whether it puts out no new values, but another view of its input's."""
        return False

    @property
    def flowing_type(self) -> str | None:
        """The data type of what flows from here on; "" is a network's own.

        None leaves it as it was.
        """
        return None

    @property
    def channel_window(self) -> int:
        """The number of channels it compares each value with, that one included."""
        return 1

    @property
    def class_name(self) -> str:
        """The name of the class."""
        return type(self).__name__

    @property
    def role(self) -> str:
        """The word for what the layer does, by which counting conventions go."""
        return self.task or self.class_name

    @property
    def default_name(self) -> str:
        """The beginning of an automatic name."""
        return (
            self.stem or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.class_name).lower()
        )

    @property
    def geometry(self) -> Geometry:
        """The window that it slides over its input, if it does."""
        return Geometry()

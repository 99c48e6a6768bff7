"""Columns: sizes that are many numbers at once, one for each network of a sweep.

Rules run on a column as they run on an integer. What it is made of is kept, and worked
out for all networks when it is asked for; what is known at once is between which
numbers all of it lies, which answers nearly all checks. Where a question has different
answers for some networks and others, `Mixed` is raised, and who runs the sweep asks
again for each part of them. So no branch of a rule is decided for networks that do not
take it.

Each setting has an axis of its own in the arrays, so that what depends on one setting
alone is worked out once for each of its values. A sum of products over several axes is
kept as such: the factors are added up before they are multiplied out.
"""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

from cnncalc._typing import override
from cnncalc.checks import COLUMNAR, KEPT, REAL, SYMBOLIC, Mixed
from cnncalc.sweeping.arithmetic import applied, as_float, comparison, operation
from cnncalc.sweeping.working import Array, Made, Number, worked_out

__all__ = ["Floats", "Frame", "Integers"]


class Frame:
    """The memory that the columns of one run share.

    Attributes:
        memo: What was made of which columns, by their identity.
        made: What operations gave, likewise.
        columns: All of them, so that no other has the identity of one.
    """

    __slots__ = ("_given", "columns", "made", "memo")

    def __init__(self) -> None:
        self.memo: dict[Any, Any] = {}
        self.made: dict[Any, Any] = {}
        self._given: dict[Any, Number] = {}  # the columns of arrays
        self.columns: list[Made] = []

    def column(self, array: Array, axis: int) -> Number:
        """Return the column of an array whose numbers differ along one axis.

        Of equal arrays it is the same one; of equal numbers it is the number.
        """
        key: Any = (axis, array.dtype.char, array.tobytes())
        if array.dtype == object:
            key = (axis, "O", tuple(array.ravel()))
        known = self._given.get(key)
        if known is None:
            kind: Any = Floats if array.dtype == float else Integers
            low, high = array.min(), array.max()
            if array.dtype != object:
                low, high = low.item(), high.item()
            known = kind(self, 1 << axis, low, high, None, array)
            self._given[key] = known = low if low == high else known
        return known

    def integers(self, *what: Any) -> Integers:
        """Return a new column of integers, which is what `Made` says."""
        return Integers(self, *what)

    def floats(self, *what: Any) -> Floats:
        """Return the same of floats."""
        return Floats(self, *what)

    def close(self) -> None:
        """Let go of all that was worked out; its columns are of no use any more."""
        for column in self.columns:  # layers that were made of one are kept, with it
            column.how = column.values = None
        for kept in (self.memo, self.made, self._given, self.columns):
            kept.clear()

    def settle(self) -> None:
        """Let columns that are one number be that number when they are made again."""
        ones = {}
        for column in [each for each in self.columns if isinstance(each, Numbers)]:
            array = column.array
            if (array == array.flat[0]).all():
                ones[id(column)] = column.single("")
        self.made.update(
            (key, ones[id(known)])
            for key, known in list(self.made.items())
            if id(known) in ones
        )
        self.memo.clear()


class Numbers(Made):
    """A number for each network: whatever columns of integers and of floats share."""

    __slots__ = ()

    # As parts are that never change: what is made of one is found again by identity.
    immutable: ClassVar[bool] = True

    @property
    def array(self) -> Array:
        """The numbers of all networks; along axes that do not count its size is 1."""
        found: Array = worked_out([self])[0]
        return found

    def single(self, what: str) -> Any:
        """Return the number that all have.

        Raises:
            Mixed: If they differ.
        """
        array = self.array
        first = array.flat[0]
        if (array != first).any():
            raise Mixed(array, what)
        return first if array.dtype == object else first.item()

    __add__, __radd__ = operation("+")
    __sub__, __rsub__ = operation("-")
    __mul__, __rmul__ = operation("*")
    __floordiv__, __rfloordiv__ = operation("//")
    __mod__, __rmod__ = operation("%")
    __truediv__, __rtruediv__ = operation("/")
    greater = operation("max")[0]
    less, more = operation("less")

    __lt__, __le__ = comparison("<"), comparison("<=")
    __gt__, __ge__ = comparison(">"), comparison(">=")
    __eq__, __ne__ = comparison("=="), comparison("!=")

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return self * -1

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.greater(-self)

    def __bool__(self) -> bool:
        return bool(self != 0)

    @override
    def __hash__(self) -> int:
        raise Mixed(self, "looked up")

    def __float__(self) -> float:
        return float(self.single("made a float"))

    def __int__(self) -> int:
        return int(self.single("made an integer"))

    @override
    def __str__(self) -> str:
        return str(self.single("written"))

    @override
    def __repr__(self) -> str:
        return repr(self.single("written"))

    @override
    def __format__(self, spec: str) -> str:
        return format(self.single("written"), spec)


class Integers(Numbers):
    """An integer for each network."""

    __slots__ = ()

    def _like(self, other: Any) -> tuple[Any, Any]:
        """Return both as one sort of number; None for what is no number."""
        kind = type(other)
        if kind is int or kind is Integers:
            return self, other
        if kind is float or kind is Floats:
            return as_float(self), other
        return self, int(other) if isinstance(other, int) else None

    __index__ = Numbers.__int__

    def __pow__(self, power: Any) -> Any:
        if type(power) is not int or power < 0:
            return self.single("raised to a power") ** power
        return prod([self] * power)

    def __trunc__(self) -> Integers:
        return self

    __floor__ = __ceil__ = __trunc__

    def __round__(self, digits: int | None = None) -> Any:
        return self if digits is None else round(int(self), digits)

    def bracket(self) -> Any:
        """Return 1 where it is 0, else 0."""
        return self.less(1) * self.more(-1)

    def common_divisor(self, number: int) -> Any:
        """Return the greatest common divisor of it and an integer from 1 on."""
        return self.known(
            "gcd", lambda: applied("gcd", self, number, self.frame), number
        )


class Floats(Numbers):
    """A float for each network."""

    __slots__ = ()

    is_real: ClassVar[bool] = True

    def _like(self, other: Any) -> tuple[Any, Any]:
        """Return both as one sort of number; None for what is no number."""
        if type(other) is float or type(other) is Floats:
            return self, other
        return self, as_float(other) if isinstance(other, (int, Integers)) else None

    def __pow__(self, power: Any) -> Any:
        return self.single("raised to a power") ** power

    def __rpow__(self, base: Any) -> Any:
        return base ** self.single("a power")

    def _whole(self, op: str) -> Any:
        return self.known(op, lambda: applied(op, self, 0, self.frame))

    def __trunc__(self) -> Any:
        return self._whole("trunc")

    def __floor__(self) -> Any:
        return self._whole("floor")

    def __ceil__(self) -> Any:
        return self._whole("ceil")

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            return self._whole("round")
        return round(self.single("rounded"), digits)


COLUMNAR.update({Integers, Floats})
KEPT.add(Integers)
SYMBOLIC.add(Integers)
REAL.update({Integers, Floats})

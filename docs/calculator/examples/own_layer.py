"""A layer of your own."""

import attrs

from cnncalc import Layer, Sequential, Shape


@attrs.frozen
class Maxout(Layer):
    """Units, each of which is the largest of several linear ones."""

    units: int
    pieces: int = 2

    def output_of(self, x: Shape) -> Shape:
        """Return a vector, whatever comes in."""
        return Shape.of(self.units)

    def params_of(self, x: Shape) -> int:
        """Count weights and biases."""
        return (x.size + 1) * self.units * self.pieces

    def macs_of(self, x: Shape, y: Shape) -> int:
        """Count a multiply-accumulate for each weight."""
        return x.size * y.size * self.pieces


net = (
    Sequential(input=(28, 28, 1), name="digits")
    .conv(5, 8)
    .pool(2)
    .add(Maxout(100, 4))
    .fc(10)
)

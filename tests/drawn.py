"""The networks that hypothesis draws: of all that networks can have, and all legal.

Parts are drawn for the shape that reaches them: layers, groups, branches, residual
blocks, repeats, what is shared, frozen, or runs in training only, and blocks that
stood elsewhere before.
"""

from functools import cache

import attrs
from hypothesis import strategies as st
from strategies import (
    NAMES,
    chains_on,
    composite,
    either,
    keeping,
    layers_on,
    maps,
    small,
    vectors,
)
from strategies import PUBLIC as OURS

from cnncalc import (
    FC,
    Activation,
    Add,
    Block,
    Branch,
    Concat,
    Conv2d,
    Frozen,
    Layer,
    Multiply,
    Norm,
    Repeat,
    Residual,
    Sequential,
    Shared,
)


@attrs.frozen
class Auxiliary(Block):
    """A head that runs in training only, beside what goes on."""

    head: Layer | Block
    name: str | None = attrs.field(default=None, kw_only=True, eq=False)

    immutable = True

    def lower(self, g, x, /):
        with g.training_only():
            g.add(self.head, x)
        return x


PUBLIC = OURS | {"Auxiliary": Auxiliary}


def after(x, *parts):
    """Return the shape that parts make of *x*."""
    return Sequential(input=x).add(*parts).output


# What keeps the space of any shape but a map: of a vector, and of others.
ELSEWHERE = {
    is_vector: st.one_of(
        st.builds(FC, small, flatten=st.just(is_vector)),
        st.builds(Norm),
        st.builds(Activation, st.sampled_from(["relu", "softmax"])),
    )
    for is_vector in (True, False)
}


@cache
def steady_on(x):
    """Draw a layer that keeps the space that there is; of a vector, any length."""
    return keeping if x.rank == Conv2d.rank else ELSEWHERE[x.is_vector]


def of_channels(x, channels):
    """Return a layer that gives *x* so many channels."""
    if x.rank == Conv2d.rank:
        return Conv2d(1, channels)
    return FC(channels, flatten=x.is_vector)


@composite
def arms_on(draw, x, most=3):
    """Draw an open network without a name that keeps height and width."""
    return Sequential().add(*draw(chains_on(x, steady_on, most=most)))


@composite
def residuals_on(draw, x):
    """Draw a residual block whose shortcut fits its body."""
    channels = draw(small)
    body = draw(arms_on(x, most=2)).add(of_channels(x, channels))
    same = channels == x.channels and draw(either)
    return Residual(body, None if same else of_channels(x, channels))


@composite
def branches_on(draw, x):
    """Draw arms that join: stacked, added, or one as the gate of the others."""
    arms = draw(st.lists(arms_on(x), min_size=2, max_size=3))
    join = draw(st.sampled_from([Concat(), Add(), Multiply()]))
    if join != Concat():
        arms = [arm.add(of_channels(x, x.channels)) for arm in arms]
    if join == Multiply() and not x.is_vector:
        arms[1] = Sequential().global_pool().fc(x.channels).sigmoid()
    return Branch(arms, join)


class Drawing:
    """What is drawn for one network.

    Attributes:
        draw: What hypothesis draws with.
        sharing: Whether weights may be shared.
        known: Blocks that stand somewhere already, with what reached them.
    """

    def __init__(self, draw, *, sharing):
        self.draw, self.sharing, self.known = draw, sharing, []
        self._groups = 0

    def chain(self, x, least, most, depth=2):
        """Draw parts that stand one after another in one scope."""
        parts, taken = [], set()
        for _ in range(self.draw(st.integers(least, most))):
            new = [self.named(part, taken) for part in self.pieces(x, depth)]
            x = after(x, *new)
            parts += new
        return parts

    def named(self, part, taken):
        """Return *part* without its name if that is taken, and note the name."""
        if getattr(part, "name", None) in taken and attrs.has(type(part)):
            part = attrs.evolve(part, name=None)
        taken.add(part.name)
        taken.discard(None)
        return part

    def pieces(self, x, depth):
        """Draw one part, or one that stands there several times."""
        kinds = [self.layer, self.layers, self.block]
        if depth:
            kinds += [
                self.group,
                self.frozen,
                self.frozen,
                self.auxiliary,
                self.auxiliary,
            ]
            kinds += [self.again, self.again]
            kinds += [self.shared] * 2 * self.sharing
        return self.draw(st.sampled_from(kinds))(x, depth)

    def layer(self, x, depth):
        return [self.draw(layers_on(x))]

    def layers(self, x, depth):
        return self.draw(chains_on(x, steady_on, least=2, most=3))

    def block(self, x, depth):
        """Draw a block without a name."""
        kind = self.draw(st.sampled_from([residuals_on, branches_on, repeats_on]))
        block = self.draw(kind(x))
        self.known.append((block, x))
        return [block]

    def group(self, x, depth):
        """Draw a named network of its own."""
        return [self.inner(x, depth)]

    def inner(self, x, depth):
        """Draw a network whose name no other has."""
        self._groups += 1
        name = self.draw(st.sampled_from(NAMES)) + str(self._groups)
        return Sequential(name=name).add(*self.chain(x, 1, 2, depth - 1))

    def plain(self, x, depth):
        """Draw one part without a name."""
        (part,) = self.draw(st.sampled_from([self.layer, self.block]))(x, depth)
        return attrs.evolve(part, name=None)

    def frozen(self, x, depth):
        """Draw a part of which nothing is trained, or not what has one path in it."""
        part = self.draw(st.sampled_from([self.plain, self.inner]))(x, depth)
        rows = Sequential(input=x).add(part).nodes
        within = [row.path.partition("/")[2] for row in rows if row.scope]
        return [Frozen(part, self.draw(st.sampled_from(["", *within])))]

    def auxiliary(self, x, depth):
        """Draw a head that runs in training only; of blocks that are known, maybe."""
        head = self.draw(st.sampled_from([self.plain, self.inner]))(x, depth)
        return [Auxiliary(head)]

    def again(self, x, depth):
        """Draw a block that stood elsewhere, or that stands here several times."""
        fits = [block for block, at in self.known if at == x]
        if fits and self.draw(either):
            return [self.draw(st.sampled_from(fits))]
        block = self.draw(closed_on(x))
        self.known.append((block, x))
        return [block] * self.draw(st.integers(1 if fits else 2, 3))

    def shared(self, x, depth):
        """Draw a part whose weights are used at one place, or mostly at several."""
        parts = closed_on(x) | st.just(of_channels(x, x.channels)) | st.builds(Norm)
        part = self.draw(parts | st.builds(Frozen, parts))
        return [Shared(part)] * self.draw(st.sampled_from([2, 3, 1]))


@composite
def closed_on(draw, x):
    """Draw a residual block that puts out the shape that reaches it."""
    body = draw(arms_on(x, most=2)).add(of_channels(x, x.channels))
    return Residual(body, draw(st.none() | st.just(of_channels(x, x.channels))))


@composite
def repeats_on(draw, x):
    """Draw copies of a body that keeps height and width."""
    return Repeat(draw(st.integers(1, 3)), draw(arms_on(x, most=2)))


inputs = st.one_of(maps, maps, maps, vectors)


@composite
def chains_of_parts(draw, least=3, most=6, *, at=inputs, sharing=True):
    """Draw an input shape, and parts that fit one after another."""
    x = draw(at)
    return x, Drawing(draw, sharing=sharing).chain(x, least, most)


def networks(most=6, *, sharing=True):
    """Draw a network of at most so many parts."""
    return chains_of_parts(min(3, most), most, sharing=sharing).map(
        lambda drawn: Sequential(input=drawn[0]).add(*drawn[1])
    )

"""The middle of the house: how parts become a network.

How it works
============

**A call** (`Call`) is a layer applied to given shapes. It knows what comes out, and in
time what that costs: all of a node that does not depend on where it stands.

**A fragment** (`Fragment`) is what a block becomes on given shapes: steps, each a call
or another fragment, with where its inputs come from. A fragment is complete when it is
made and never changes, so that all that is true of it is found once: the nodes in it,
their names, the totals.

**Lowering** (`chained`) leads from a part and the shapes that reach it to a call or a
fragment. It is a pure function:

    Rule 1. The same part on the same shapes becomes the same thing, whatever was built
            before. So it may be remembered, and forgetting it changes no number.
    Rule 2. Nothing that somebody else holds is ever written to. A block lowers itself
            by adding its parts to a `Making` of its own, which nobody else sees. So
            there is nothing to cut back when it fails, and nothing to lock.
    Rule 3. What depends on the place is no fact of a fragment: it is on the step, or
            found when the whole is walked. There are four such things:

            names     An automatic name is settled where its scope is complete. A
                      fragment with a name is a scope of its own. One without a name
                      leaves its nodes to the scope around it, so its outermost names
                      are settled there (`fragment.children`).
            weights   `Shared` stands on a step. In a walk, the first node of some
                      weights owns them, and later ones use them (`fragment.weights`).
            training  What runs in training only says so on the step.
            freezing  Weights that are frozen anywhere are frozen wherever they are
                      used: `table_of` sees to it, since a step cannot know.

**A step** whose one input is the step before (`BEFORE`) is the same object wherever its
part meets such a shape. Most are: there would be very many for Python's collector.

**A chain** (`Link`) is the part that was added last, and the chain before it. A network
without a name that is added to one with an input is one link and one fragment: it
stands for its steps, whose nodes stand in the scope around it.

**Errors**: what fails within a block cannot know its path, for an automatic name goes
by what is around it. So each `Making` on the way out notes with the error what it has,
and a step in place of the failed one (`note_trail`). Who has the whole network walks
that, and the last node of it has the path (`placed_error`).

**A table** (`Table`) is the flat walk of a fragment: one row a node, inputs before what
uses them. Every analysis is one loop over its columns. Its links are relative, so that
a fragment's columns are right wherever the fragment stands, and are copied as they are.
"""

from typing import TYPE_CHECKING

from cnncalc._lazy import getter
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.call import Call
from cnncalc.graph.table import Node, Table

if TYPE_CHECKING:
    from cnncalc.graph.wrappers import Frozen, Named, Shared

__all__ = ["Block", "Call", "Frozen", "Named", "Node", "Shared", "Table", "Tensor"]

__getattr__ = getter(__name__, {"cnncalc.graph.wrappers": "Frozen Named Shared"})

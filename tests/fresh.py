"""Whatever was made before, forgotten: what this process knows as a fresh one would."""

import gc
from functools import _lru_cache_wrapper

from cnncalc.answers.answer import Answer

_OLD = []  # the memos that are frozen


def memos():
    """Return all of cnncalc that remembers: memos, and caches of functions.

    They are looked for among all objects that exist, whatever they are called and
    wherever they are kept, so that none is missed when one comes or goes. What was
    there when all was first forgotten is frozen, and is not looked at again.
    """
    kinds = {_lru_cache_wrapper, *_kinds(dict)}
    found = [thing for thing in gc.get_objects() if type(thing) in kinds]
    return [*_OLD, *[thing for thing in found if _is_ours(thing)]]


def _kinds(kind):
    """Give the classes of ours that are made of one, but for answers.

    An answer to a question may be a dict, too, which is whoever's that asked.
    """
    for made in kind.__subclasses__():
        if made.__module__.startswith("cnncalc.") and not issubclass(made, Answer):
            yield made
        yield from _kinds(made)


def _is_ours(thing):
    owner = thing if type(thing) is _lru_cache_wrapper else type(thing)
    return str(owner.__module__).startswith("cnncalc.")


def forget():
    """Forget everything that was made before."""
    for thing in memos():
        (thing.cache_clear if type(thing) is _lru_cache_wrapper else thing.clear)()
    if not _OLD:
        gc.collect()  # what only the memos held
        _OLD.extend(memos())
        gc.freeze()

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
    return [*_OLD, *[thing for thing in gc.get_objects() if _is_memo(thing)]]


def _is_memo(thing):
    kind = type(thing)
    if kind is _lru_cache_wrapper:
        return str(thing.__module__).startswith("cnncalc.")
    # An answer to a question may be a dict, too, which is whoever's that asked.
    kept = issubclass(kind, dict) and not issubclass(kind, Answer)
    return kept and kind.__module__.startswith("cnncalc.")


def forget():
    """Forget everything that was made before."""
    for thing in memos():
        (thing.cache_clear if type(thing) is _lru_cache_wrapper else thing.clear)()
    if not _OLD:
        gc.collect()  # what only the memos held
        _OLD.extend(memos())
        gc.freeze()

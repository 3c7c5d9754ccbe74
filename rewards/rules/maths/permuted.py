"""Solutions up to the order of their entries: `(1, 2, 3) and permutations` is all six."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations

from rewards.rules.maths.readings import Items, Reading, Value

_BEHIND = re.compile(
    r"[,;]?\s*(?:\\text\s*\{\s*)?(?:\(\s*)?(?:and|or|with|together with|及其?|和)\s*"
    r"(?:all |any )?(?:of )?(?:its |their |the )?"
    r"(?P<cyclic>cyclic )?(?:permutations?|轮换|排列)"
    r"(?: thereof| of (?:it|these|those|them|this|that))?\s*\)?\s*\}?\.?\Z"
)
_MOST_ENTRIES, _MOST_POINTS = 5, 12


def before_permutations(source: str) -> tuple[str, bool] | None:
    """Return what stands before `and permutations` and whether they are cyclic; None where there is no such thing.

    >>> before_permutations("(1, 2, 3) and permutations"), before_permutations("6 permutations")
    (('(1, 2, 3)', False), None)
    """
    if "permutation" not in source and "轮换" not in source and "排列" not in source:
        return None
    match = _BEHIND.search(source) if len(source) < 300 else None
    return (source[: match.start()].rstrip(), match["cyclic"] is not None) if match and match.start() else None


def permuted(reading: Reading, cyclic: bool, source: str) -> Items | None:
    """Return every order of the entries of a point or of several; None for what is no such thing."""
    points = reading.items if isinstance(reading, Items) and reading.kind in ("list", "set") else (reading,)
    if len(points) > _MOST_POINTS:
        return None
    found: dict[tuple[object, ...], Items] = {}
    for point in points:
        if not isinstance(point, Items) or point.kind != "tuple" or len(point.items) > _MOST_ENTRIES:
            return None
        if not all(isinstance(item, Value) for item in point.items):
            return None
        turns = range(len(point.items))
        orders = [point.items[turn:] + point.items[:turn] for turn in turns] if cyclic else permutations(point.items)
        for order in orders:
            key = tuple(item.node for item in order if isinstance(item, Value))
            found.setdefault(key, Items(reading.source, "tuple", tuple(order)))
    every = tuple(found.values())
    return replace(every[0], source=source) if len(every) == 1 else Items(source, "list", every)

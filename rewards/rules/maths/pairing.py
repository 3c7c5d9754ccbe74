"""Items of two lists paired, each with one of its own."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from rewards.rules.maths.equality import Effort, Undecided
from rewards.rules.maths.readings import Labelled, Reading, Value
from rewards.rules.maths.units import stem
from rewards.text import quoted

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison

MOST_QUICK_ITEMS = 40


def unordered(c: Comparison, ours: tuple[Reading, ...], theirs: tuple[Reading, ...]) -> bool:
    """Pair every item with one of its own."""
    if len(ours) != len(theirs):
        return c.no(f"{len(theirs)} answers where {len(ours)} are wanted")
    numbers = _whole_numbers(ours), _whole_numbers(theirs)
    if numbers[0] and numbers[1]:
        if _scattered(numbers[0]):
            return c.yes("the same numbers") if numbers[0] == numbers[1] else c.no("other numbers, or another order")
        equal = sorted(numbers[0]) == sorted(numbers[1])
        return c.yes("the same numbers in any order") if equal else c.no("other numbers")
    if len(ours) > MOST_QUICK_ITEMS:
        if c.effort is Effort.quick:
            raise Undecided("many items")
        if len(ours) > 400:
            return _in_order(c, ours, theirs)
    left = list(theirs)
    for item in ours:
        at = next((at for at, o in enumerate(left) if not _other_nouns(item, o) and c.match(item, o)), None)
        if at is None:
            return c.no(
                f"nothing equals {quoted(item.source)}" if not isinstance(item, Value) else "an item has no equal"
            )
        del left[at]
    return c.yes("the same items in any order")


def _in_order(c: Comparison, ours: tuple[Reading, ...], theirs: tuple[Reading, ...]) -> bool:
    return all(c.match(a, b) for a, b in zip(ours, theirs, strict=True))


def _scattered(numbers: list[Fraction]) -> bool:
    """Whether a number comes again after another one: `2, 1, 2` are values in their places and no set of solutions."""
    groups = 1 + sum(a != b for a, b in pairwise(numbers))
    return groups > len(set(numbers))


def _whole_numbers(items: tuple[Reading, ...]) -> list[Fraction]:
    """Return the values of a list of whole numbers without units; empty for any other list."""
    values = []
    for item in items:
        node = item.node if isinstance(item, Value) and item.unit is None else ("sym", "")
        sign = -1 if node[0] == "neg" else 1
        node = node[1] if node[0] == "neg" else node
        if node[0] != "num":
            return []
        values.append(sign * node[1])
    return values


def _other_nouns(ours: Reading, theirs: Reading) -> bool:
    """Whether both say what was counted, and it is not the same: 9 chickens, 9 rabbits."""
    names = [name_of(item) for item in (ours, theirs)]
    counted = any(isinstance(item, Value) for item in (ours, theirs))
    return counted and all(names) and names[0] != names[1]


def name_of(item: Reading) -> str:
    """Return what an item of a list is called: its label, or what was counted."""
    if isinstance(item, Labelled) and item.label:
        return stem(item.label) if item.label.islower() and len(item.label) > 2 else item.label
    if isinstance(item, Value) and item.unit is not None and item.unit.is_noun:
        return item.unit.dimensions[0][0].removeprefix("#")
    return ""

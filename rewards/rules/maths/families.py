r"""Families of solutions, `x = \frac{\pi}{4} + k\pi`, compared as the sets of numbers that they are."""

from __future__ import annotations

from rewards.rules.maths.equations import Loose
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.lists import both_signs
from rewards.rules.maths.numeric import Imprecise, Undefined
from rewards.rules.maths.readings import Items, Labelled, Reading, Value
from rewards.rules.maths.tree import Node, contains, symbols, walk

_COUNTERS = frozenset("n k m l".split())
_UNKNOWNS = frozenset("x y z t theta alpha beta phi varphi".split())
_REACH = 24
_LEAST = 5


def same_family(reference: Reading, answer: Reading) -> bool:
    """Whether both are sets of numbers counted through by one whole number each, and the same sets.

    Each side's numbers are written out for 49 whole numbers and compared as far from zero as both go. The reference
    must say that it is a family: (n - 2)π, where n is given, is no other (n - 1)π.
    """
    if not _says_so(reference):
        return False
    names = [reading.label for reading in (reference, answer) if isinstance(reading, Labelled) and reading.label]
    if len(names) == 2 and names[0] != names[1]:
        return False
    ours, theirs = _members(reference), _members(answer, named=len(names) == 2)
    if ours is None or theirs is None:
        return False
    within = 0.8 * min(_extent(ours), _extent(theirs))
    if any(len(row) == 1 and abs(row[0]) > within for row in (*ours, *theirs)):
        return False
    first, second = ([z for row in rows for z in row if abs(z) <= within] for rows in (ours, theirs))
    return len(first) >= _LEAST and _covers(first, second) and _covers(second, first)


def _says_so(reading: Reading) -> bool:
    return isinstance(reading, Labelled) and (bool(reading.declared) or reading.label.strip("\\") in _UNKNOWNS)


def _extent(rows: list[list[complex]]) -> float:
    return min(min(abs(row[0]), abs(row[-1])) for row in rows if len(row) > 1)


def _covers(some: list[complex], others: list[complex]) -> bool:
    return all(any(abs(z - w) <= 1e-9 * (1 + abs(z)) for w in others) for z in some)


def _members(reading: Reading, named: bool = False) -> list[list[complex]] | None:
    """Write a family out, one row for each of its formulas; None where it is none.

    What counts it through is declared, or is called so and stands with a π, or behind the same name as the reference.
    """
    declared: set[str] = set()
    while isinstance(reading, Labelled):
        if any(domain != "Z" for _, domain in reading.declared):
            return None
        declared |= {name for name, _ in reading.declared}
        reading = reading.inner
    items = reading.items if isinstance(reading, Items) and reading.kind in ("list", "set") else (reading,)
    nodes: list[Node] = []
    for item in both_signs(tuple(item.inner if isinstance(item, Labelled) else item for item in items)):
        if not isinstance(item, Value) or (item.unit is not None and item.unit.dimensions != (("angle", 1),)):
            return None
        nodes.append(item.node if item.unit is None else ("deg", item.node))
    names = frozenset(name for node in nodes for name in symbols(node))
    turns = all(contains(node, "deg") or ("const", "pi") in walk(node) for node in nodes)
    if len(names) != 1 or not (names <= declared or (names <= _COUNTERS and (turns or named))):
        return None
    rows = [_row(node, next(iter(names))) for node in nodes]
    return rows if all(rows) and any(len(row) > 1 for row in rows) else None


def _row(node: Node, name: str) -> list[complex]:
    """Return the values of one formula; one value where nothing varies, none where it can't be evaluated."""
    try:
        turns = range(-_REACH, _REACH + 1) if name in symbols(node) else range(1)
        return [Loose().value(node, {name: complex(turn)}) for turn in turns]
    except (Undefined, Imprecise, TooMuch, Unreadable):
        return []

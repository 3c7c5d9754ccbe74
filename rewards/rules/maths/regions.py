"""Sets of real numbers compared point by point: intervals, unions, inequalities, set differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from rewards.rules.maths.crossings import NoCrossings, crossing_of_lines, crossings, is_linear
from rewards.rules.maths.equations import Loose
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.number_sets import canonical
from rewards.rules.maths.numeric import Imprecise, Undefined
from rewards.rules.maths.readings import Conditions, Interval, Items, Labelled, Nothing, Reading, Relation, Sets, Value
from rewards.rules.maths.tree import Node, contains, replaced, sign_choices, symbols, walk
from rewards.rules.maths.within import both_readings, without_infinities

Holds = Callable[[float], bool]
_NEAR = 1e-9
_MOST_WHOLE = 2000
_MOST_SIDES = 5
_COUNTED = frozenset("n m k N M p q".split())


class NoRegion(ValueError):
    """The reading is no set of real numbers that can be tried point by point."""


@dataclass
class Region:
    """A set of reals.

    Args:
        holds: whether a number is in it.
        edges: the points where that may change.
        variable: the symbol that runs through it, if it names one.
        whole: whether it holds whole numbers only.
    """

    holds: Holds
    edges: list[float] = field(default_factory=list)
    variable: str | None = None
    whole: bool = False


def same_region(reference: Reading, answer: Reading) -> bool:
    """Whether two readings are the same set of real numbers.

    Raises:
        NoRegion: one of them is no such set.
    """
    ours, theirs = region(reference), region(answer)
    if ours.variable and theirs.variable and ours.variable != theirs.variable:
        return False
    whole = ours.whole or theirs.whole
    other = answer if ours.whole else reference
    counted = ours.whole or (ours.variable or "") in _COUNTED  # x > 0 is about reals, though the answer says x in N
    if whole and counted and _is_condition(other):  # n >= 2 is about integers where the other is
        ours, theirs = _joined([ours, named_region("Z")], all), _joined([theirs, named_region("Z")], all)
    if ours.variable == theirs.variable == "n" and _is_condition(reference) and _is_condition(answer):
        ours, theirs = _joined([ours, named_region("Z")], all), _joined([theirs, named_region("Z")], all)  # n > 10
        whole = True
    tried, inside, untried_inside = 0, 0, 0
    for x in trials(ours.edges + theirs.edges, whole):
        try:
            expected = ours.holds(x)
            untried_inside += expected
            if expected != theirs.holds(x):
                return False
            tried += 1
            inside += expected
        except TooMuch:  # a value too large there; other points will tell
            continue
    if tried < 3 or (untried_inside and not inside):
        raise NoRegion("hardly a point that can be tried")
    return True


def _is_condition(reading: Reading) -> bool:
    while isinstance(reading, Labelled):
        reading = reading.inner
    return isinstance(reading, (Relation, Conditions))


def trials(edges: list[float], whole: bool) -> list[float]:
    """Every edge, a point in each gap, and points beyond; whole numbers too where they matter."""
    finite = sorted(edge for edge in edges if math.isfinite(edge))
    distinct = [edge for at, edge in enumerate(finite) if at == 0 or edge - finite[at - 1] > 1e-7 * (1 + abs(edge))]
    if not distinct:
        return [-1e4, -7.3, -7.0, -0.51, 0.0, 0.37, 1.0, 2.0, 3.0, 5.9, 1e4]
    gaps = [a + (b - a) * share for a, b in pairwise(distinct) for share in (0.31, 0.77)]
    low, high = distinct[0], distinct[-1]
    width = 1 + abs(low) + abs(high)
    if whole and high - low > _MOST_WHOLE:
        raise NoRegion("too many whole numbers")
    gaps += [float(k) for k in range(math.floor(low) - 3, math.ceil(high) + 4)] if whole else []
    return [*distinct, *gaps, low - 0.3, low - width, low - 1e4 * width, high + 0.3, high + width, high + 1e4 * width]


def region(reading: Reading) -> Region:
    """Read a set of real numbers.

    Raises:
        NoRegion: it is none.
    """
    if isinstance(reading, Interval):
        return _interval(_end(reading.low), _end(reading.high), reading.low_open, reading.high_open)
    if isinstance(reading, Items):
        return _items(reading)
    if isinstance(reading, Value):
        return _points([reading])
    if isinstance(reading, Nothing):
        return Region(lambda x: False)
    if isinstance(reading, Sets):
        return _sets(reading)
    if isinstance(reading, Relation):
        return _relation(reading)
    if isinstance(reading, Conditions):
        return _conditions([region(part) for part in reading.parts], reading.joined_by)
    if isinstance(reading, Labelled):
        inner = region(reading.inner)
        if inner.variable is None and len(reading.label) <= 4:
            inner.variable = reading.label or None
        domains = [named_region(domain) for name, domain in reading.declared if name == inner.variable]
        return _joined([inner, *domains], all) if domains else inner
    raise NoRegion(type(reading).__name__)


def _end(node: Node) -> float:
    if node == ("const", "oo"):
        return math.inf
    if node == ("neg", ("const", "oo")) or node == ("add", (("neg", ("const", "oo")),)):
        return -math.inf
    try:
        value = Loose().value(node, {})
    except (Undefined, Imprecise, TooMuch, Unreadable):
        raise NoRegion("an end without a number") from None
    if abs(value.imag) > _NEAR:
        raise NoRegion("a complex end")
    return float(value.real)


def _near(a: float, b: float) -> bool:
    return a == b or (math.isfinite(b) and abs(a - b) <= _NEAR * (1 + abs(b)))


def _interval(low: float, high: float, low_open: bool, high_open: bool) -> Region:
    def holds(x: float) -> bool:
        if low > high:
            return False
        if _near(x, low):
            return not low_open and (low < high or not high_open)
        if _near(x, high):
            return not high_open
        return low < x < high

    return Region(holds, [low, high])


def _items(reading: Items) -> Region:
    if reading.kind == "tuple" and len(reading.items) == 2:
        ends = [item.node if isinstance(item, Value) else None for item in reading.items]
        if ends[0] is not None and ends[1] is not None:
            low, high = _end(ends[0]), _end(ends[1])
            if low >= high:
                raise NoRegion("an interval that runs backwards")
            return _interval(low, high, True, True)
    if reading.kind == "list" and all(isinstance(item, (Interval, Items, Sets, Relation)) for item in reading.items):
        return _joined([region(item) for item in reading.items], any)
    if reading.kind in ("set", "list"):
        return _points(list(reading.items))
    raise NoRegion("a tuple")


def _points(readings: list[Reading]) -> Region:
    values: list[float] = []
    for reading in readings:
        if isinstance(reading, Labelled):
            reading = reading.inner
        if not isinstance(reading, Value):
            raise NoRegion("not a number")
        values.extend(_end(node) for node in sign_choices(reading.node))
    return Region(lambda x: any(_near(x, value) for value in values), values)


def _joined(parts: list[Region], how: Callable[[list[bool]], bool]) -> Region:
    names = {part.variable for part in parts if part.variable}
    if len(names) > 1:
        raise NoRegion("several variables")
    edges = [edge for part in parts for edge in part.edges]
    whole = how([part.whole for part in parts]) or (how is all and any(part.whole for part in parts))
    return Region(lambda x: how([part.holds(x) for part in parts]), edges, next(iter(names), None), whole)


def _conditions(parts: list[Region], joined_by: str) -> Region:
    """Join conditions; commas stand for "and", unless that leaves nothing: `x < -1, x > 2`."""
    both = _joined(parts, all)
    if joined_by == "or":
        return _joined(parts, any)
    if joined_by == "," and not any(both.holds(x) for x in trials(both.edges, False)):
        return _joined(parts, any)
    return both


def _sets(reading: Sets) -> Region:
    if not reading.parts:
        return named_region(reading.operator)
    parts = [region(part) for part in reading.parts]
    if reading.operator == "minus":
        first, rest = parts[0], parts[1:]
        edges = [edge for part in parts for edge in part.edges]
        return Region(
            lambda x: first.holds(x) and not any(part.holds(x) for part in rest), edges, first.variable, first.whole
        )
    return _joined(parts, any if reading.operator == "cup" else all)


def named_region(name: str) -> Region:
    """Return a set that has a name of its own; whether 0 is a natural number is left open.

    Raises:
        NoRegion: it is no set of real numbers that can be tried.
    """
    base, test = canonical(name)
    if base not in ("R", "Z", "N"):
        raise NoRegion(f"the set {name}")

    def holds(x: float) -> bool:
        if base == "N" and not test and x == 0:
            raise TooMuch("a zero that may be natural or not")
        whole = base == "R" or _near(x, round(x))
        return whole and (x >= 0 or base != "N") and (not test or _TESTS[test](x, 0.0))

    return Region(holds, [0.0] if test or base == "N" else [], whole=base != "R")


def _relation(reading: Relation) -> Region:
    if any(contains(side, "pm") for side in reading.sides):
        return _joined([region(one) for one in both_readings(reading)], all if set(reading.signs) == {"!="} else any)
    reading = without_infinities(reading)
    variable, sides = _one_variable(reading.sides)
    if not all(sign in _TESTS for sign in reading.signs) or len(sides) > _MOST_SIDES:
        raise NoRegion("another relation")

    def value(side: Node, x: float) -> complex:
        result: complex = Loose().value(side, {variable: complex(x)})
        return result

    def holds(x: float) -> bool:
        try:
            values = [value(side, x) for side in sides]
        except (Undefined, Imprecise, Unreadable):
            return False
        if any(abs(v.imag) > _NEAR * (1 + abs(v)) for v in values):
            return False
        return all(_TESTS[s](a.real, b.real) for s, a, b in zip(reading.signs, values, values[1:], strict=False))

    edges: list[float] = []
    linear = all(is_linear(side) for side in sides)
    for left, right in pairwise(sides):

        def gap(x: float, left: Node = left, right: Node = right) -> float:
            return float((value(left, x) - value(right, x)).real)

        try:
            edges += crossing_of_lines(gap) if linear else crossings(gap, sides)
        except NoCrossings as error:
            raise NoRegion(str(error)) from None
    return Region(holds, edges, variable)


_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b and not _level(a, b),
    ">": lambda a, b: a > b and not _level(a, b),
    "<=": lambda a, b: a < b or _level(a, b),
    ">=": lambda a, b: a > b or _level(a, b),
    "=": lambda a, b: _level(a, b),
    "!=": lambda a, b: not _level(a, b),
}


def _level(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-7 * (1 + abs(a) + abs(b))


def _one_variable(sides: tuple[Node, ...]) -> tuple[str, tuple[Node, ...]]:
    """Return the symbol that the relation is about; `f(x)` counts as one where nothing else varies."""
    names = frozenset(name for side in sides for name in symbols(side))
    calls = {part for side in sides for part in walk(side) if part[0] == "call"}
    if len(calls) == 1:
        call = next(iter(calls))
        renamed = tuple(replaced(side, call, ("sym", "f()")) for side in sides)
        if frozenset(name for side in renamed for name in symbols(side)) == {"f()"}:
            return "f()", renamed
    if len(names) != 1:
        raise NoRegion("not one variable")
    return next(iter(names)), sides

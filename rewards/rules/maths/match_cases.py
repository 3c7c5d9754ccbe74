"""Functions given piece by piece, held against an answer: branch by branch, or point by point along the real line."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from rewards.rules.maths.congruences import residue_classes
from rewards.rules.maths.equations import Loose
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.numeric import Imprecise, Undefined
from rewards.rules.maths.readings import Cases, Congruence, Reading, Value, Words
from rewards.rules.maths.regions import NoRegion, Region, region, trials
from rewards.rules.maths.tree import Node, symbols

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison

_LEAST = 5
_COUNTED = tuple(map(float, range(1, 13)))
Branch = tuple[Node, Region | None]


def cases(c: Comparison, reference: Cases, answer: Reading) -> bool:
    """Compare with a function given by cases, or by one formula that has the same values."""
    answer = c.unwrapped(answer)
    if isinstance(answer, Cases) and len(answer.branches) == len(reference.branches) and _paired(c, reference, answer):
        return c.yes("the same cases")
    equal = pointwise(reference, answer)
    if equal is None:
        return c.no("a case has no equal")
    return c.yes("the same values everywhere") if equal else c.no("other values somewhere")


def pointwise(reference: Reading, answer: Reading) -> bool | None:
    """Whether two functions of one variable have the same values wherever both are tried; None where they can't be."""
    ours, theirs = _branches(reference), _branches(answer)
    names = {name for node, _ in (*ours, *theirs) for name in symbols(node)}
    running = {part.variable for _, part in (*ours, *theirs) if part is not None and part.variable}
    if not ours or not theirs or len(names | running) != 1:
        return None
    name = next(iter(names | running))
    edges = [edge for _, part in (*ours, *theirs) if part is not None for edge in part.edges]
    tried = 0
    whole = any(part is not None and part.whole for _, part in (*ours, *theirs))
    for x in _COUNTED if whole else trials(edges, False):
        first, second = _value(ours, name, x), _value(theirs, name, x)
        if (first is None) != (second is None):
            return False
        if first is not None and second is not None:
            if abs(first - second) > 1e-7 * (1 + abs(first)):
                return False
            tried += 1
    return True if tried >= _LEAST else None


def _branches(reading: Reading) -> list[Branch]:
    """Return values with the sets where they hold, a plain value with none; empty for what is no such thing."""
    if isinstance(reading, Value) and reading.unit is None:
        return [(reading.node, None)]
    if not isinstance(reading, Cases):
        return []
    out: list[Branch] = []
    for value, condition in reading.branches:
        if not isinstance(value, Value):
            return []
        try:
            out.append((value.node, None if condition is None else _where(condition)))
        except NoRegion:
            return []
    return out


def _where(condition: Reading) -> Region:
    """Return the numbers of a condition, `x > 0` or `n is odd`.

    Raises:
        NoRegion: it is no such condition.
    """
    if not isinstance(condition, (Congruence, Words)):
        return region(condition)
    found = residue_classes(condition)
    if found is None:
        raise NoRegion("a condition in words")
    letters = re.findall(r"\b[b-z]\b", condition.label if isinstance(condition, Congruence) else condition.source)
    modulus, residues = found
    return Region(lambda x: x % modulus in residues, variable=letters[0] if letters else "n", whole=True)


def _value(branches: list[Branch], name: str, x: float) -> complex | None:
    """Return the value at x by the first branch that holds there; None where none does or it has no value."""
    for node, part in branches:
        try:
            if part is None or part.holds(x):
                result: complex = Loose().value(node, {name: complex(x)})
                return result if math.isfinite(abs(result)) else None
        except (Undefined, Imprecise, TooMuch, Unreadable):
            return None
    return None


def _paired(c: Comparison, reference: Cases, answer: Cases) -> bool:
    left = list(answer.branches)
    for value, condition in reference.branches:
        at = next(
            (
                at
                for at, (other, when) in enumerate(left)
                if c.match(value, other) and (condition is None or when is None or c.match(condition, when))
            ),
            None,
        )
        if at is None:
            return False
        del left[at]
    return True

"""Equations compared by their solutions: the same up to a factor, or vanishing in the same places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.numeric import Floats, Imprecise, Undefined
from rewards.rules.maths.readings import Relation
from rewards.rules.maths.tree import Node, sign_choices, symbols

_STARTS = (0.7, -1.3, 2.9, -4.1, 0.35 + 1.1j, -1.9 - 0.8j, 6.2, 1.6 + 2.7j)
_OTHERS = (0.83, 1.71, -0.58, 2.37, -1.19, 0.41)


class Loose(Floats):
    """Floats that let terms cancel, as they do at a solution."""

    def total(self, terms: list[Any]) -> Any:
        """Add without asking what cancels."""
        return sum(terms)

    def apply(self, name: str, z: Any) -> Any:
        """Apply a function; a value too near zero is zero, one too near a step is on it."""
        try:
            return super().apply(name, z)
        except Imprecise:
            return complex(round(z.real)) if name in ("floor", "ceil") else 0j


def difference(relation: Relation) -> Node:
    """Return left side minus right side; of an equation with ±, which is two, the product of both differences."""
    left, right = relation.sides
    both = sign_choices(("add", (left, ("neg", right))))
    return both[0] if len(both) == 1 else ("mul", tuple(both))


def same_equation(reference: Relation, answer: Relation) -> bool:
    """Whether two equations have the same solutions, as far as numbers can tell.

    Sound against coincidence, not a proof: eight complex starts at four choices of the other symbols, each solution of
    one equation put into the other, both ways.
    """
    if len(reference.sides) != 2 or len(answer.sides) != 2:
        return _same_line(reference, answer)
    ours, theirs = difference(reference), difference(answer)
    names = sorted(symbols(ours))
    if not names or names != sorted(symbols(theirs)):
        return False
    if proportional(ours, theirs, names):
        return True
    return any(_vanish_together(ours, theirs, names, name) for name in names[:1]) and (
        len(names) == 1 or _vanish_together(ours, theirs, names, names[-1])
    )


def _same_line(reference: Relation, answer: Relation) -> bool:
    """Whether two chains of sides in one symbol each, as a line in space has them, differ by a factor and a shift."""
    if len(reference.sides) != len(answer.sides):
        return False
    others = {symbols(side): side for side in answer.sides}
    pairs = [(side, others.get(symbols(side))) for side in reference.sides]
    factors: list[complex] = []
    shifts: list[complex] = []
    for ours, theirs in pairs:
        if theirs is None or len(symbols(ours)) != 1:
            return False
        name = next(iter(symbols(ours)))
        try:
            places = (0.4 + 0j, 1.7 + 0j, 3.1 + 0j)
            (a0, a1, a2), (b0, b1, b2) = ([Loose().value(side, {name: z}) for z in places] for side in (ours, theirs))
        except (Undefined, Imprecise, TooMuch, Unreadable):
            return False
        if a1 == a0:
            return False
        factors.append((b1 - b0) / (a1 - a0))
        shifts.append(b0 - factors[-1] * a0)
        if abs(b2 - factors[-1] * a2 - shifts[-1]) > 1e-8 * (1 + abs(b2)):
            return False
    return all(abs(z - row[0]) <= 1e-8 * (1 + abs(z)) for row in (factors, shifts) for z in row)


def _function(node: Node, at: dict[str, complex], name: str) -> Callable[[complex], complex]:
    def call(z: complex) -> complex:
        result: complex = Loose().value(node, {**at, name: z})
        return result

    return call


def proportional(ours: Node, theirs: Node, names: list[str]) -> bool:
    """Whether one is a constant times the other."""
    ratios: list[complex] = []
    for turn in range(8):
        at = {name: complex(_OTHERS[(turn + 2 * place) % 6] * (1 + turn / 5)) for place, name in enumerate(names)}
        try:
            above, below = Loose().value(ours, at), Loose().value(theirs, at)
        except (Undefined, Imprecise, TooMuch, Unreadable):
            continue
        if abs(above) < 1e-9 or abs(below) < 1e-9:
            continue
        ratios.append(above / below)
    return len(ratios) >= 3 and all(abs(ratio - ratios[0]) <= 1e-8 * abs(ratios[0]) for ratio in ratios)


def _vanish_together(ours: Node, theirs: Node, names: list[str], name: str) -> bool:
    found = 0
    for turn in range(4 if len(names) > 1 else 1):
        at = {other: complex(_OTHERS[(turn + 2 * place) % 6]) for place, other in enumerate(names) if other != name}
        first, second = _function(ours, at, name), _function(theirs, at, name)
        for one, other in ((first, second), (second, first)):
            roots = solutions(one)
            if not all(_vanishes(other, root) for root in roots):
                return False
            found += len(roots)
    return found >= 2


def solutions(function: Callable[[complex], complex]) -> list[complex]:
    """Return zeros of a function, found by the secant method from eight places."""
    roots: list[complex] = []
    for start in _STARTS:
        root = _secant(function, start)
        if root is not None and not any(abs(root - known) < 1e-6 * (1 + abs(root)) for known in roots):
            roots.append(root)
    return roots


def _secant(function: Callable[[complex], complex], start: complex) -> complex | None:
    z0, z1 = complex(start), complex(start) + 0.1 + 0.01j * (complex(start).imag != 0)
    try:
        f0, f1 = function(z0), function(z1)
        for _ in range(60):
            if f1 == 0 or abs(z1 - z0) <= 1e-14 * abs(z1):
                break
            if f1 == f0 or abs(z1) > 1e8:
                return None
            z0, z1, f0 = z1, z1 - f1 * (z1 - z0) / (f1 - f0), f1
            f1 = function(z1)
    except (Undefined, Imprecise, TooMuch, Unreadable, ZeroDivisionError, OverflowError):
        return None
    return z1 if _vanishes(function, z1) else None


def _vanishes(function: Callable[[complex], complex], z: complex) -> bool:
    """Whether the value at z is small beside the values around it."""
    step = 0.05 * (1 + abs(z))
    try:
        here = abs(function(z))
        around = max(abs(function(z + step)), abs(function(z - step)))
    except (Undefined, Imprecise, TooMuch, Unreadable, ZeroDivisionError, OverflowError):
        return False
    return here <= 1e-7 * around

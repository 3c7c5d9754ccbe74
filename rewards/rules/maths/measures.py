"""Two quantities brought to one unit, where their units can agree."""

from __future__ import annotations

import re

from rewards.rules.maths.angles import DEGREES, in_one_measure, is_angle
from rewards.rules.maths.readings import Value
from rewards.rules.maths.temperatures import on_one_scale
from rewards.rules.maths.tree import Node
from rewards.rules.maths.units import Unit, of_money

_VAGUE = frozenset(["plain"])
_GLUED = re.compile(r"\d[A-Za-z]\Z")
"""A letter that stands at its number: `2m` may well be twice m, and `2` does not answer it."""


def scaled(reference: Value, answer: Value, strict: bool) -> tuple[Node, Node, str] | None:
    """Bring both values to one unit; None where the units can't agree."""
    ours, theirs = real(reference.unit), real(answer.unit)
    if _other_powers(reference.unit, answer.unit):
        return None
    if ours is None and theirs is None:
        if strict and reference.unit != answer.unit:
            return None
        return reference.node, answer.node, ""
    if theirs is None or ours is None:
        if (reference.unit if ours is None else answer.unit) is not None and not _vague(reference.unit, answer.unit):
            return None
        glued = reference.plain is not None and _GLUED.search(reference.source)
        return None if strict or glued else _one_sided(reference, answer, ours, theirs)
    if ours.dimensions == theirs.dimensions or _pounds(ours, theirs):
        if ours.size == theirs.size or _pounds(ours, theirs):
            return reference.node, answer.node, ""
        factor = theirs.size / ours.size
        return reference.node, ("mul", (answer.node, ("num", factor))), f"{theirs.shown} converted to {ours.shown}"
    first, second = of_money(ours) or ours, of_money(theirs) or theirs
    if first.dimensions == second.dimensions and (first == ours) != (second == theirs) and not strict:  # $12 per hour
        return reference.node, ("mul", (answer.node, ("num", second.size / first.size))), "the rate on one side only"
    if {ours.dimensions, theirs.dimensions} == {(("angle", 1),), (("radian", 1),)}:
        return *in_one_measure(reference, answer), "degrees converted to radians"
    scale = on_one_scale(reference, answer)
    return None if scale is None else (*scale, f"{theirs.shown} converted to {ours.shown}")


def measures(unit: Unit | None) -> bool:
    """Whether a unit measures more than a rate: 5 % per year is 5 %."""
    found = real(unit)
    return found is not None and any(power > 0 for _, power in found.dimensions)


def _other_powers(ours: Unit | None, theirs: Unit | None) -> bool:
    """Whether square units stand against cubic ones, measures or merely units."""
    if ours is None or theirs is None or not {ours.dimensions[:1][0][0], theirs.dimensions[:1][0][0]} & _VAGUE:
        return False
    powers = [unit.dimensions[0][1] for unit in (ours, theirs)]
    return 1 not in powers and powers[0] != powers[1] and {len(ours.dimensions), len(theirs.dimensions)} == {1}


def _vague(ours: Unit | None, theirs: Unit | None) -> bool:
    """Whether one of two units is no more than `units`."""
    return any(unit is not None and all(name in _VAGUE for name, _ in unit.dimensions) for unit in (ours, theirs))


def _pounds(ours: Unit, theirs: Unit) -> bool:
    """Whether pounds stand against pounds sterling."""
    return {"gbp"} < {ours.shown, theirs.shown} and {ours.shown, theirs.shown} & {"pounds", "pound"} != set()


def _one_sided(reference: Value, answer: Value, ours: Unit | None, theirs: Unit | None) -> tuple[Node, Node, str]:
    unit = ours or theirs
    assert unit is not None
    if unit.dimensions == DEGREES and is_angle(answer.node if ours else reference.node):
        return *in_one_measure(reference, answer), "degrees converted to radians"
    return reference.node, answer.node, "the unit given on one side only"


def real(unit: Unit | None) -> Unit | None:
    """Return a unit that measures, None for any other; what was counted, and "units", say nothing."""
    if unit is None or unit.is_noun or all(name in _VAGUE for name, _ in unit.dimensions):
        return None
    return unit

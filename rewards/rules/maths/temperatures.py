"""Temperatures on other scales: 25 °C is 298.15 K and 77 °F, and in whole numbers 298 K."""

from __future__ import annotations

from fractions import Fraction

from rewards.rules.maths.readings import Value
from rewards.rules.maths.tree import Node, contains, number

_PER_KELVIN = {"temperature": Fraction(1), "celsius": Fraction(1), "fahrenheit": Fraction(9, 5)}
_FREEZING = {"temperature": Fraction("273.15"), "celsius": Fraction(0), "fahrenheit": Fraction(32)}
_WHOLE_FREEZING = Fraction(273)


def on_one_scale(reference: Value, answer: Value) -> tuple[Node, Node] | None:
    """Return both temperatures on the reference's scale; None where they are none, or already are on one."""
    ours, theirs = _scale(reference), _scale(answer)
    if not ours or not theirs or ours == theirs or reference.unit is None or answer.unit is None:
        return None
    whole = not any(contains(value.node, "dec") for value in (reference, answer))
    freezing = {**_FREEZING, "temperature": _WHOLE_FREEZING} if whole else _FREEZING
    ratio = _PER_KELVIN[ours] / _PER_KELVIN[theirs]
    above = ("add", (("mul", (answer.node, number(answer.unit.size))), number(-freezing[theirs])))
    left = ("mul", (reference.node, number(reference.unit.size)))
    return left, ("add", (("mul", (above, number(ratio))), number(freezing[ours])))


def _scale(value: Value) -> str:
    """Return the scale that a temperature is measured on; empty for anything else."""
    dimensions = value.unit.dimensions if value.unit else ()
    name, power = dimensions[0] if len(dimensions) == 1 else ("", 0)
    return name if power == 1 and name in _PER_KELVIN else ""

r"""Values that a letter counts through, written out: `2e^{ik\pi/3}, k = 0, 1, 2` is three numbers."""

from __future__ import annotations

from dataclasses import replace

from rewards.rules.maths.brackets import Pieces, is_op
from rewards.rules.maths.prose import qualifies
from rewards.rules.maths.readings import Items, Labelled, Reading, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, replaced, symbols

_MOST = 100


def with_comma(pieces: Pieces) -> Pieces:
    r"""Write `\text{ for } k = 0, 1, 2` with a comma in front, where the letter occurs before."""
    for at in range(1, len(pieces) - 3):
        name = pieces[at + 1]
        if not (qualifies(pieces[at]) and name.kind == "name" and is_op(pieces[at + 2], "=")):
            continue
        values = [token.value for token in pieces[:at]]
        called = "(" in values and values[values.index("(") + 1 :][:2] == [name.value, ")"]  # f(x) = x^2 for x = 1
        if pieces[at + 3].kind == "num" and name.value in values and not called:
            return [*pieces[:at], Token("op", ","), *pieces[at + 1 :]]
    return pieces


def counted_through(readings: list[Reading]) -> list[Reading]:
    """Put each number behind `k =` into the expressions before it; the readings as they are where none is counted."""
    at = next((at for at, reading in enumerate(readings) if at and _counter(reading)), 0)
    last = readings[at] if at else None
    if not isinstance(last, Labelled) or len(readings) - at < 2:
        return readings
    numbers = [_node(reading) for reading in (last.inner, *readings[at + 1 :])]
    if None in numbers or len(numbers) * at > _MOST:
        return readings
    out = [_put(reading, last.label, number) for number in numbers if number for reading in readings[:at]]
    return [reading for reading in out if reading is not None] if None not in out else readings


def _counter(reading: Reading) -> bool:
    """Whether a part says `k = 0`."""
    return isinstance(reading, Labelled) and len(reading.label) == 1 and _node(reading.inner) is not None


def _node(reading: Reading) -> Node | None:
    """Return a plain number; None for anything else."""
    plain = isinstance(reading, Value) and reading.unit is None and not symbols(reading.node)
    return reading.node if plain and isinstance(reading, Value) else None


def _put(reading: Reading, name: str, number: Node) -> Reading | None:
    """Return an expression, perhaps under a name, with a number for a letter; None where the letter does not occur."""
    if isinstance(reading, Labelled) and name not in (reading.label, *reading.parameters):
        inner = _put(reading.inner, name, number)
        return None if inner is None else replace(reading, inner=inner, equation=None)
    if isinstance(reading, Items) and reading.kind == "tuple":
        items = [_put(item, name, number) or item for item in reading.items]
        return replace(reading, items=tuple(items)) if tuple(items) != reading.items else None
    if not isinstance(reading, Value) or name not in symbols(reading.node):
        return None
    return Value(reading.source, replaced(reading.node, ("sym", name), number), reading.unit)

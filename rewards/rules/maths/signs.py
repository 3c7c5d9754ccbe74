r"""Signs chosen each for itself: `\pm 1 \pm 2i` is four numbers where four are listed, `(\pm 1, \pm 2)` four points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rewards.rules.maths.readings import Items, Reading, Value
from rewards.rules.maths.tree import Node, rebuilt, walk

_MOST = 3


def every_sign(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Write out every ± of a list on its own; the list as it is where none has two, or one has too many."""
    out: list[Reading] = []
    for reading in readings:
        nodes = [item.node for item in _values(reading)]
        count = sum(part[0] == "pm" for node in nodes for part in walk(node))
        if count > _MOST:
            return readings
        for signs in product((1, -1), repeat=count):
            left = iter(signs)
            out.append(_signed(reading, left))
    return tuple(out)


def _values(reading: Reading) -> tuple[Value, ...]:
    items = reading.items if isinstance(reading, Items) and reading.kind == "tuple" else (reading,)
    return tuple(item for item in items if isinstance(item, Value))


def _signed(reading: Reading, signs: Iterator[int]) -> Reading:
    if isinstance(reading, Items) and reading.kind == "tuple":
        return Items(reading.source, "tuple", tuple(_signed(item, signs) for item in reading.items))
    return (
        Value(reading.source, _with_signs(reading.node, signs), reading.unit) if isinstance(reading, Value) else reading
    )


def _with_signs(node: Node, signs: Iterator[int]) -> Node:
    if node[0] == "pm":
        sign, inner = next(signs), _with_signs(node[2], signs)
        return inner if sign == node[1] else ("neg", inner)
    return rebuilt(node, lambda child: _with_signs(child, signs))

r"""Sets by name, their unions, intersections and differences: `[0,1]\cup\{2\}`, `\mathbb{R}\setminus\{0\}`."""

from __future__ import annotations

import re
from collections.abc import Callable

from rewards.rules.maths.brackets import Pieces, is_op, split
from rewards.rules.maths.readings import Labelled, Reading, Relation, Sets, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import symbols

Read = Callable[[Pieces, str, int], Reading]

_BRACED_WORD = re.compile(r"\{(\w+)\}")


def united(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read sets with signs between them, or one with a name; None where there are none."""
    for command, operator in (("cup", "cup"), ("cap", "cap"), ("setminus", "minus")):

        def joins(token: Token, command: str = command) -> bool:
            return token.kind == "cmd" and token.value == command

        parts = split(pieces, joins)
        if len(parts) > 1:
            return _joined(source, operator, tuple(read_part(part, source, depth) for part in parts))
    parts = split(pieces, lambda token: token.kind == "name" and token.value == "U")
    if len(parts) > 1 and all(part and is_op(part[0], "(", "[") and is_op(part[-1], ")", "]") for part in parts):
        return Sets(source, "cup", tuple(read_part(part, source, depth) for part in parts))
    return _named(pieces, source, depth, read_part)


def _named(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    r"""Read `\mathbb{R}`, `\mathbb{R}^+`, `\mathbb{Z}/6\mathbb{Z}` and `\mathbb{R} - \{0\}`."""
    first = pieces[0]
    if first.kind != "cmd" or not first.value.startswith("mathbb"):
        return None
    name = first.value[6:]
    if len(pieces) == 1:
        return Sets(source, name, ())
    if len(pieces) == 2:
        return None
    if is_op(pieces[1], "-", "/") and is_op(pieces[2], "\\{"):
        return _joined(source, "minus", (Sets(source, name, ()), read_part(pieces[2:], source, depth)))
    if is_op(pieces[1], "^", "_"):
        marks = ("times" if token.value == "oplus" else token.value for token in pieces)
        return Sets(source, _BRACED_WORD.sub(r"\1", "".join(marks)[6:]), ())
    if is_op(pieces[1], "/") and pieces[2].kind == "num" and [token.value for token in pieces[3:]] == ["mathbbZ"]:
        return Sets(source, f"Z_{pieces[2].value}", ())
    return None


def _joined(source: str, operator: str, sets: tuple[Reading, ...]) -> Reading:
    r"""Join sets; the reals without a family, `\mathbb{R}\setminus\{k\pi : k\in\mathbb{Z}\}`, are x \ne kπ."""
    family = sets[-1]
    if operator == "minus" and len(sets) == 2 and sets[0] == Sets(source, "R", ()) and isinstance(family, Labelled):
        inner = family.inner
        if family.declared and not family.label and isinstance(inner, Value) and "x" not in symbols(inner.node):
            return Labelled(source, "", Relation(source, (("sym", "x"), inner.node), ("!=",)), declared=family.declared)
    return Sets(source, operator, sets)

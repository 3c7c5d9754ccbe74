"""Token lists taken apart at the outermost level of their brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.tokens import Token

_OPEN = frozenset(["(", "[", "{", "\\{"])
_CLOSE = frozenset([")", "]", "}", "\\}"])
PAIRS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}

Pieces = Sequence[Token]


def is_op(token: Token, *values: str) -> bool:
    """Whether a token is one of these marks."""
    return token.kind == "op" and token.value in values


def levels(pieces: Pieces) -> list[int]:
    """Return how deep in brackets and environments each token stands; brackets count as outside themselves.

    Raises:
        Unreadable: a bracket is closed that was never opened, or the other way round.
    """
    depth, bars = 0, False
    out = []
    for token in pieces:
        closes = is_op(token, *_CLOSE) or token.kind == "end" or (token.kind == "cmd" and token.value == "rangle")
        if closes:
            depth -= 1
            if depth < 0:
                raise Unreadable("brackets that don't match")
        out.append(depth + bars)
        if is_op(token, *_OPEN) or token.kind == "env" or (token.kind == "cmd" and token.value == "langle"):
            depth += 1
    if depth:
        raise Unreadable("brackets that don't match")
    return out


def split(pieces: Pieces, separates: Callable[[Token], bool]) -> list[list[Token]]:
    """Cut at the outermost separators. Parts may be empty."""
    parts: list[list[Token]] = [[]]
    for token, level in zip(pieces, levels(pieces), strict=True):
        if not level and separates(token):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def has_outside(pieces: Pieces, mark: str) -> bool:
    """Whether a mark stands at the outermost level."""
    return any(not level and is_op(token, mark) for token, level in zip(pieces, levels(pieces), strict=True))


def ungrouped(pieces: Pieces) -> Pieces:
    """Take off all braces round everything, in one pass: nests of thousands would cost the square of it."""
    opened: list[int] = []
    closed_at: dict[int, int] = {}
    for at, token in enumerate(pieces):
        if is_op(token, "{"):
            opened.append(at)
        elif is_op(token, "}") and opened:
            closed_at[opened.pop()] = at
    start, end = 0, len(pieces)
    while start < end - 2 and closed_at.get(start) == end - 1:
        start, end = start + 1, end - 1
    return pieces[start:end] if start else pieces


def enclosed(pieces: Pieces, left: str, right: str) -> Pieces | None:
    """Return what stands between a pair of marks that encloses everything; None where none does."""
    if len(pieces) < 2 or not is_op(pieces[0], left) or not is_op(pieces[-1], right):
        return None
    depth = 0
    for at, token in enumerate(pieces):
        depth += is_op(token, *_OPEN)
        depth -= is_op(token, *_CLOSE)
        if depth == 0:
            return pieces[1:-1] if at == len(pieces) - 1 else None
    return None

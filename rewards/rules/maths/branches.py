r"""Functions given piece by piece in a line: `x^2 \text{ if } x \ge 0, -x \text{ otherwise}`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rewards.rules.maths.brackets import Pieces, is_op, split
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.readings import Cases, Labelled, Reading, Words
from rewards.rules.maths.tokens import Token, tokens
from rewards.rules.maths.worded_classes import classes_in_words
from rewards.rules.maths.words import significant

Read = Callable[[Pieces, str, int], Reading]

_BEFORE = frozenset(["if", "for", "when"])
_OTHERWISE = frozenset(["otherwise", "else"])
_JOINS = frozenset([",", ";", "\\\\", "and", "or"])
_MOST = 8


def in_a_line(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read values with their conditions; None where there are no two of them, or something else among them."""
    if "if" not in source and "for" not in source and "when" not in source:
        return None
    segments = _segments(pieces)
    if not 1 < len(segments) <= _MOST:
        return None
    try:
        branches = [_branch(segment, source, depth, read_part) for segment in segments]
    except Unreadable:
        return None
    first = branches[0][0]
    if not isinstance(first, Labelled):
        return Cases(source, tuple(branches))
    values = [
        value.inner if isinstance(value, Labelled) and value.label == first.label else value for value, _ in branches
    ]
    cases = Cases(source, tuple(zip(values, (condition for _, condition in branches), strict=True)))
    return replace(first, inner=cases, equation=None)


def condition(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read when a branch holds; None for the one that holds otherwise.

    Raises:
        Unreadable: it says something else.
    """
    words = [token.value.lower().strip(" ,.") for token in pieces]
    if any(word in _OTHERWISE or "otherwise" in word.split() for word in words):
        return None
    kept = [token for token, word in zip(pieces, words, strict=True) if word not in (*_BEFORE, "", ",")]
    said = " ".join(f"\\{token.value}" if token.kind == "cmd" else token.value for token in kept)
    in_words = Words(said, significant(said))
    if classes_in_words(in_words) is not None:
        return in_words
    return read_part(kept, source, depth)


def _segments(pieces: Pieces) -> list[list[Token]]:
    """Cut a line into values with their conditions: at commas and "and", but not before a condition."""
    opened = [part for token in pieces for part in _opened(token)]
    try:
        parts = split(opened, lambda token: token.value in _JOINS and token.kind in ("op", "word", "text"))
    except Unreadable:
        return []
    joined: list[list[Token]] = []
    for part in filter(None, parts):
        if joined and _key(part[0]):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _opened(token: Token) -> list[Token]:
    r"""Cut `\text{if n is odd, 0}` into its words."""
    return tokens(token.value) if token.kind == "text" and " " in token.value else [token]


def _key(token: Token) -> bool:
    return token.kind in ("word", "text") and token.value.lower() in _BEFORE | _OTHERWISE


def _branch(segment: list[Token], source: str, depth: int, read_part: Read) -> tuple[Reading, Reading | None]:
    at = next((at for at, token in enumerate(segment) if _key(token)), 0)
    if not at or (len(segment) == at + 1) != (segment[at].value.lower() in _OTHERWISE):
        raise Unreadable("a value without its condition")
    when = segment[at:]
    if any(is_op(token, "=") for token in when) and not any(_key(token) for token in when):
        raise Unreadable("an equation where a condition is wanted")
    return read_part(segment[:at], source, depth), condition(when, source, depth, read_part)

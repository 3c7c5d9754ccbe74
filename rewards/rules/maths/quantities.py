"""Numbers and expressions with what may stand around them: units, currencies, percent, multiples."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, levels
from rewards.rules.maths.cursor import SHALLOW, looks_like_factors
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.names import CONSTANTS, FUNCTIONS, GREEK
from rewards.rules.maths.parse import parse
from rewards.rules.maths.readings import (
    Reading,
    Value,
)
from rewards.rules.maths.spoken import number_in_words
from rewards.rules.maths.tokens import Token, tokens
from rewards.rules.maths.tree import Node, number, symbols, walk
from rewards.rules.maths.units import PERCENT, Unit, at_a_rate, may_be_unit, unit_of
from rewards.rules.maths.vectors import BASIS, vector

_MULTIPLIERS = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "millions": 10**6,
    "billions": 10**9, "dozen": 12, "dozens": 12, "万": 10**4, "亿": 10**8, "百万": 10**6,
}  # fmt: skip

_SHORT_NOUNS = frozenset("pcs pts ppl yrs mph kph rpm bpm rps nth km sq cu".split())
_CURRENCIES = ("usd", "euro", "pound", "yen", "rupee")
_CODES = frozenset("USD EUR GBP INR CNY RMB JPY Rs rs US".split())


def value(pieces: Pieces, source: str, depth: int = SHALLOW) -> Reading:
    """Read a number or an expression with the unit that may stand before or behind it.

    Raises:
        Unreadable: it is neither.
    """
    pieces, unit = _currency(_signed(list(pieces)))
    if len(pieces) > 1 and pieces[-1] == ("cmd", "ldots", pieces[-1].spaced, "") and "." in pieces[-2].value:
        pieces = pieces[:-1]
    pieces = _temperature(pieces)
    at = _unit_start(pieces)
    if at is not None:
        behind = _parted(pieces[at:])
        times = _multiplier(behind)
        if times:
            rest = value([*pieces[:at], *behind[1:]], source, depth)
            if not isinstance(rest, Value):
                raise Unreadable("a multiple of what is no number")
            return Value(source, ("mul", (rest.node, number(times))), rest.unit or unit)
        if _is_percent(behind):
            return Value(source, ("pct", parse(pieces[:at], depth)), unit)
        found = unit_of(behind)
        spelled = _spelled(pieces, source) if found is not None else None
        if spelled is not None:
            return spelled
        if found is not None:
            node = parse(_open_group(pieces[:at]), depth)
            if found.is_noun and symbols(node):
                raise Unreadable("words behind an expression")
            plain = None
            if all(token.kind in ("name", "word", "op", "num", "cmd") or len(token.value) == 1 for token in behind):
                plain = _maybe(pieces, depth)
            return _valued(source, node, at_a_rate(unit, found), plain)
    try:
        node = parse(pieces, depth)
    except Unreadable:
        spelled = _spelled(pieces, source)
        if spelled is None:
            raise
        return spelled
    return _valued(source, node, unit, None)


def _signed(pieces: list[Token]) -> list[Token]:
    """Write `negative 7` with its sign."""
    said = pieces[0].value.lower() if len(pieces) > 1 and pieces[0].kind in ("word", "text") else ""
    if said in ("negative", "minus") and pieces[1].kind in ("num", "cmd"):
        return [Token("op", "-"), *pieces[1:]]
    return pieces


def _parted(behind: Sequence[Token]) -> list[Token]:
    r"""Cut `\text{thousand dollars}` behind its first word, where that multiplies."""
    first, _, rest = behind[0].value.partition(" ")
    if behind[0].kind != "text" or not rest or first.lower() not in _MULTIPLIERS:
        return list(behind)
    return [behind[0]._replace(value=first), behind[0]._replace(value=rest), *behind[1:]]


def _multiplier(behind: Sequence[Token]) -> int:
    if len(behind) > 12 or behind[0].kind not in ("word", "text"):
        return 0
    return _MULTIPLIERS.get(behind[0].value.lower(), 0)


def _temperature(pieces: list[Token]) -> list[Token]:
    """Make one word of the degree sign and the letter behind it."""
    if len(pieces) < 3 or pieces[-1].value not in ("C", "F") or not any(token.value == "circ" for token in pieces[-5:]):
        return pieces
    end = len(pieces) - 1
    while end and (pieces[end - 1].value in ("circ", "^", "{", "}")):
        end -= 1
    return [*pieces[:end], Token("word", "celsius" if pieces[-1].value == "C" else "fahrenheit", True)]


def _open_group(pieces: list[Token]) -> list[Token]:
    inner = enclosed(pieces, "{", "}")
    return list(inner) if inner is not None else pieces


def _maybe(pieces: Sequence[Token], depth: int) -> Node | None:
    try:
        return parse(pieces, depth)
    except Unreadable:
        return None


def _spelled(pieces: Sequence[Token], source: str) -> Reading | None:
    """Read `five`, `three apples`: a number in words, perhaps with what was counted."""
    words = [token.value for token in pieces]
    if not all(token.kind in ("word", "text") or is_op(token, "-") for token in pieces) or len(words) > 12:
        return None
    joined = " ".join(words).replace(" - ", "-").split()
    for end in range(len(joined), 0, -1):
        spelled = number_in_words(" ".join(joined[:end]))
        if spelled is not None:
            unit = unit_of(tokens(" ".join(joined[end:]))) if end < len(joined) else None
            return Value(source, number(spelled), unit) if end == len(joined) or unit else None
    return None


def _valued(source: str, node: Node, unit: Unit | None, plain: Node | None) -> Reading:
    if unit is None and any(part[0] == "sym" and part[1] in BASIS for part in walk(node)):
        return vector(source, node)
    if unit is None and node[0] == "deg":
        return Value(source, node[1], Unit((("angle", 1),), number(1)[1], "degree"))
    if unit is None and node[0] == "neg" and node[1][0] == "deg":
        return Value(source, ("neg", node[1][1]), Unit((("angle", 1),), number(1)[1], "degree"))
    return Value(source, node, unit, plain)


def _currency(pieces: list[Token]) -> tuple[list[Token], Unit | None]:
    """Take a currency sign off the front."""
    sign = [pieces[0]] if pieces and is_op(pieces[0], "-") else []
    rest = pieces[len(sign) :]
    if rest and rest[0].kind == "cmd" and rest[0].value in _CURRENCIES and len(rest) > 1:
        unit = unit_of(rest[:1])
        return [*sign, *rest[1:]], unit
    if len(rest) > 1 and rest[0].kind in ("word", "text") and rest[0].value.rstrip(".") in _CODES:
        at = 2 if is_op(rest[1], ".") else 1
        if at < len(rest) and rest[at].kind == "cmd" and rest[at].value == "usd":
            at += 1  # US$5
        if at < len(rest) and rest[at].kind == "num":
            code = rest[0].value.rstrip(".")
            return [*sign, *rest[at:]], unit_of([Token("word", "USD" if code == "US" else code)])
    return pieces, None


def _is_percent(behind: Sequence[Token]) -> bool:
    words = " ".join(token.value for token in behind if not is_op(token, "{", "}", "(", ")"))
    of = words.lower().split(" of ")
    whole = len(of) == 1 or re.fullmatch("[a-z ]+", of[1]) is not None
    return (whole and of[0] in PERCENT) or words in ("%", "%.")


def _unit_start(pieces: Sequence[Token]) -> int | None:
    """Where the unit begins: the first word behind the expression at the outermost level."""
    depth = levels(pieces)
    for at in range(1, len(pieces)):
        token = pieces[at]
        if token.value == "frac" and not depth[at] and is_op(pieces[at - 1], "}", ")") | (pieces[at - 1].kind == "num"):
            if _measure(pieces[at:]) is not None:
                return at
            continue
        if depth[at] or not (may_be_unit(token) or _prefixes_ohm(pieces[at : at + 2])):
            continue
        before = pieces[at - 1]
        named = token.value in FUNCTIONS or token.value in GREEK or token.value in CONSTANTS
        if token.kind in ("word", "text") and named and (before.kind != "num" or _measure(pieces[at:]) is None):
            continue
        if token.kind == "word" and _are_factors(token):
            continue
        numeric = not any(piece.kind in ("name", "word") for piece in pieces[:at])
        if token.kind == "name" and not (
            numeric and (before.kind == "num" or token.spaced) and _only_unit(pieces[at:])
        ):
            continue
        if is_op(before, "^", "_", "+", "*") or (is_op(before, "-") and token.kind != "text"):
            continue
        if token.kind == "word" and before.kind != "num" and len(token.value) < 3 and not is_op(before, "}", ")"):
            continue
        return at - 1 if is_op(before, "/", "-") and at > 1 else at
    return None


def _are_factors(token: Token) -> bool:
    """Whether a word behind a number is letters multiplied and no noun: `3xyz`, `4mgR`, `2 abx`."""
    if token.value in _SHORT_NOUNS or token.value in PERCENT or _measure([token]) is not None:
        return False
    return looks_like_factors(token.value) or (not token.spaced and len(token.value) <= 4)


def _measure(behind: Sequence[Token]) -> Unit | None:
    """Return the unit that tokens name, if it is one of measure: `min` behind a number is no minimum."""
    unit = unit_of(behind)
    return None if unit is None or unit.is_noun else unit


def _prefixes_ohm(pair: Sequence[Token]) -> bool:
    return len(pair) == 2 and pair[0].value in ("k", "M", "G", "m") and pair[1].value == "Omega"


def _only_unit(pieces: Sequence[Token]) -> bool:
    """Whether the rest is single-letter units only, as in `5 m/s^2`."""
    if _prefixes_ohm(pieces):
        return True
    letters = all(may_be_unit(token) for token in pieces if token.kind == "name")
    if len(pieces) > 1 and letters and _measure(pieces) is not None:
        return True
    if not (pieces[0].spaced or len(pieces) > 1):
        return len(pieces) == 1
    return all(token.kind in ("name", "num") or is_op(token, "/", "^", "{", "}", "-") for token in pieces) and not any(
        token.kind == "name" and not may_be_unit(token) for token in pieces
    )

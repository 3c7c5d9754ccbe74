r"""The one quantity that a sentence states: `He has 12 apples left.`, `The train travels at 60 km/h`, `共有12种`."""

from __future__ import annotations

import re

from rewards.rules.maths.brackets import Pieces, is_op
from rewards.rules.maths.characters import tidy
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.quantities import value
from rewards.rules.maths.readings import Reading, Value
from rewards.rules.maths.spoken import number_in_words
from rewards.rules.maths.tokens import Token, tokens
from rewards.rules.maths.tree import symbols

_REFUSED = frozenset(
    "squared cubed factorial plus minus divided multiplied halved doubled increased decreased reduced negative "
    "not no non never or either neither nor maybe perhaps wrong incorrect false between if unless than least "
    "most cannot can't isn't aren't doesn't don't didn't times twice as multiple multiples divides divisor "
    "factor more less fewer order degree radius base above below over under except but near nearly almost and "
    "first second case otherwise mod modulo up to too rejected excluded ruled discarded eliminated impossible invalid "
    "tried tested guess guessed fails failed extraneous unlikely considered assumed "
    "或 不 非 至少 至多 最多 最少 以上 以下 超过 不足 倍数".split()
)
_STATES = frozenset(
    "is are was were be has have had takes took take costs cost needs need there will gets get got spent "
    "spend leaves left remain remains makes made earned earns equals travel travels sold sells buy bought ate "
    "weighs lasts runs ran walked converges tends approaches paid pays saved saves receives total exactly "
    "only altogether exist exists contains passed ways".split()
)
_TO = frozenset(
    "needs need needed has have had converges tends goes leads comes equal amounts simplifies reduces evaluates".split()
)
_POSSESSIVE = re.compile(r"(?<=[A-Za-z]{2})'s(?= )")
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_REFUSED = re.compile("或|不|非|至少|至多|最多|最少|以上|以下|超过|倍数|第")
_LONGEST, _MOST_WORDS, _MOST_UNIT = 160, 16, 6


def stated(source: str) -> Value | None:
    """Return the only quantity in a sentence; None where there are several, or where the sentence limits or denies it.

    >>> stated("He has 12 apples left").node[1], stated("It is at least 12"), stated("a pole of order 2")
    (Fraction(12, 1), None, None)
    """
    if len(source) > _LONGEST:
        return None
    try:
        pieces = _opened(tokens(_POSSESSIVE.sub("", source)))
    except Unreadable:
        return None
    hard = [at for at, token in enumerate(pieces) if _is_maths(token)]
    if not hard:
        return None
    start, last = hard[0], hard[-1]
    if any(is_op(token, "-") for token in pieces[: max(0, start - 1)]):
        return None
    start -= start > 0 and is_op(pieces[start - 1], "-")
    for end in range(min(len(pieces), last + 1 + _MOST_UNIT), last, -1):
        if _says_it(pieces[:start], pieces[end:]) and not _limited(pieces[start:end]):
            reading = _read(pieces[start:end], source)
            if reading is not None:
                return reading
    return None


def _limited(pieces: Pieces) -> bool:
    """Whether the words of the unit make it another quantity: `10 times as many`."""
    return any(token.kind in ("word", "text") and token.value.lower() in _REFUSED - {"more"} for token in pieces)


def _opened(pieces: list[Token]) -> list[Token]:
    r"""Cut `\\text{There are 12 ways}` into its words."""
    out: list[Token] = []
    for token in pieces:
        inner = token.kind == "text" and (" " in token.value or any(c.isdigit() for c in token.value))
        out += tokens(tidy(token.value)) if inner else [token]
    return [_in_digits(token, before) for token, before in zip(out, [Token("stop", ""), *out], strict=False)]


def _in_digits(token: Token, before: Token) -> Token:
    """Write a number in words with digits; `one` counts where it is said to be only one."""
    said = number_in_words(token.value) if token.kind == "word" and token.value.isascii() else None
    if said is None or said.denominator > 1 or (said == 1 and before.value not in ("only", "exactly", "just")):
        return token
    return Token("num", str(said), token.spaced, str(said))


def _is_maths(token: Token) -> bool:
    if token.kind == "op":
        return token.value not in (",", ".", ";", ":", "'", "-", "!", "{", "}", "(", ")")
    return token.kind in ("num", "cmd", "env")


def _says_it(before: Pieces, behind: Pieces) -> bool:
    """Whether the words around a quantity state it, and nothing but it."""
    words = [word for token in [*before, *behind] for word in token.value.lower().split()]
    words = [word for at, word in enumerate(words) if word != "to" or not at or words[at - 1] not in _TO]
    if len(words) > _MOST_WORDS or set(words) & _REFUSED:
        return False
    text = "".join(words)
    if _HAN.search(text):
        return _HAN_REFUSED.search(text) is None
    if any(token.kind not in ("word", "name", "text") and not is_op(token, ".", ",") for token in [*before, *behind]):
        return False
    return any(word in _STATES or word in _TO or (word.endswith("ed") and len(word) > 4) for word in words)


def _read(pieces: Pieces, source: str) -> Value | None:
    try:
        reading: Reading = value(pieces, source)
    except (Unreadable, TooMuch):
        return None
    return reading if isinstance(reading, Value) and not symbols(reading.node) else None

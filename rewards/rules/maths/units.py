r"""Units of measure, read from the tokens behind a number: `\text{cm}^2`, `km/h`, `square metres`, `平方米`.

Two units of one dimension convert into each other; money and counted things convert into nothing but themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from rewards.rules.maths.tokens import Token
from rewards.rules.maths.unit_table import UNITS, Dimensions


class Unit(NamedTuple):
    """A unit: dimensions with their powers, its size in base units, and how it was written.

    Args:
        dimensions: sorted (name, power) pairs; a counted noun is a dimension called `#noun`.
        size: how many base units it is; `degree` has none against radians here.
        shown: how it was written.
    """

    dimensions: Dimensions
    size: Fraction
    shown: str

    @property
    def is_noun(self) -> bool:
        """Whether it merely says what was counted."""
        return any(name.startswith("#") for name, _ in self.dimensions)


_SCALES = {"c": "celsius", "f": "fahrenheit", "celsius": "celsius", "fahrenheit": "fahrenheit"}
_POWERS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cubed": 3, "cu": 3, "平方": 2, "立方": 3}
_PER = frozenset(["per", "a", "an", "each", "every", "每"])
_SINGLE = frozenset("m g s h L l J N V W K A C F T M".split())
"""Letters that are units where a number stands right before them."""
PERCENT = frozenset(["percent", "pct", "percentage", "per cent", "百分之"])
_NOT_NOUNS = frozenset(
    "and or if when for where not no is are the then than from with only all any more less at most least equals equal "
    "to infinity true false yes mod such that sin cos squared cubed factorial plus minus divided multiplied "
    "was were too rejected excluded discarded impossible invalid wrong incorrect extraneous".split()
)
_BEYOND = re.compile("以上|以下|以内|至|到|不")
_PLACES = frozenset("the from with to for".split())
_SIGNS = {"usd", "euro", "pound", "yen", "cent", "mu", "Omega", "cdot", "times", "circ", "AA", "rupee", "celsius"}
_SAID = {"pound": "gbp", "Omega": "ohm", "cdot": "*", "times": "*", "circ": "degree", "mu": "u", "AA": "Å"}
_IN_TEXT = re.compile(
    r"\\(?P<cmd>[A-Za-z]+)|\^\s*(?P<power>-?\d)\b|(?P<word>[^\W\d_]+(?:\d(?![\d.]))?)|(?P<mark>[/*^¢])|(?P<x>\S)"
)


def unit_of(pieces: Sequence[Token]) -> Unit | None:
    r"""Read tokens as a unit; None where they are none.

    >>> from rewards.rules.maths.tokens import tokens
    >>> unit_of(tokens("km/h")).size, unit_of(tokens("square meters")).dimensions, unit_of(tokens("x+1"))
    (Fraction(5, 18), (('length', 2),), None)
    >>> unit_of(tokens(r"\text{kg}\cdot\text{m/s}^2")).dimensions == unit_of(tokens("N")).dimensions
    True
    """
    words = _words(pieces)
    if not words:
        return None
    powers: dict[str, int] = {}
    size = Fraction(1)
    sign, pending, at = 1, 1, 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in ("/", *_PER):
            sign = -1
            continue
        if word in ("*", "."):
            continue
        if word in _POWERS:
            pending = _POWERS[word]
            continue
        prefix = next((p for p in ("平方", "立方") if word.startswith(p) and word != p), None)
        if prefix:
            pending, word = _POWERS[prefix], word[2:]
        known = _known(word)
        if known is None:
            if not powers:
                return _noun(words[at - 1 :], pieces)
            if not _describes(words[at - 1 :]):
                return None
            if words[at - 2] in ("/", *_PER):
                continue  # 5 cm per step
            break  # 5 cm long
        power = pending
        pending = 1
        if at < len(words) and words[at] in ("squared", "cubed"):
            power *= _POWERS[words[at]]
            at += 1
        elif (
            at + 1 < len(words) and words[at] == "^" and words[at + 1].lstrip("-").isdigit() and len(words[at + 1]) < 3
        ):
            power *= int(words[at + 1])
            at += 2
        for dimension, own in known[0]:
            powers[dimension] = powers.get(dimension, 0) + sign * power * own
        size *= known[1] ** (sign * power)
    if not powers:
        return Unit((("#each", 1),), Fraction(1), words[0]) if words[0] in ("each", "per", "every") else None
    return Unit(_settled(powers), size, " ".join(words))


def _settled(powers: dict[str, int]) -> Dimensions:
    """Return dimensions in order; radians beside other dimensions are none."""
    kept = {name: power for name, power in powers.items() if power and (name != "radian" or len(powers) == 1)}
    return tuple(sorted(kept.items()))


def of_money(unit: Unit | None) -> Unit | None:
    """Return the money in a rate of pay, dollars of `dollars / hour`; None for any other unit."""
    if unit is None or len(unit.dimensions) < 2 or not any(name.startswith("money") for name, _ in unit.dimensions):
        return None
    return unit_of([Token("text", re.split(r" (?:/|per|an?|each|every)(?= )", unit.shown)[0])])


def at_a_rate(money: Unit | None, behind: Unit | None) -> Unit | None:
    r"""Join a currency in front and what it is paid for: `\$12 per hour`; the one that is there where one is."""
    if money is None or behind is None:
        return money or behind
    if any(power > 0 for _, power in behind.dimensions) or behind.is_noun:
        return money
    shown = f"{money.shown} {behind.shown}"
    return Unit(tuple(sorted(money.dimensions + behind.dimensions)), money.size * behind.size, shown)


def _known(word: str) -> tuple[Dimensions, Fraction] | None:
    known = UNITS.get(word)
    if known is None and (
        len(word) > 2 or word.lower() in ("km", "kg", "cm", "mm", "ft", "in", "lb", "oz", "hr", "ml")
    ):
        known = UNITS.get(word.lower())
    return known


def _describes(words: list[str]) -> bool:
    """Whether words behind a unit only say of what it is: `long`, `of water`."""
    plain = all(word.isalpha() and (len(word) > 1 or not word.isascii()) for word in words if word not in ("/", "a"))
    return plain and len(words) <= 8 and not (_NOT_NOUNS - _PLACES) & {word.lower() for word in words}


def _noun(words: list[str], pieces: Sequence[Token]) -> Unit | None:
    """Words that say what was counted: `9 chickens`, `3 ways to do it`, `5个`."""
    if words[:1] == ["of"]:  # a quarter of the cake
        words = [word for word in words[1:] if word not in ("the", "a", "an", "all")]
    if words[:1] == ["more"] and "than" not in words:
        words = words[1:] or ["left"]
    if any(_BEYOND.search(word) for word in words):
        return None
    plain = [word for word in words if word[0].isalpha()]
    if not plain or words[0] in ("st", "nd", "rd", "th"):
        return None
    if len(plain) != len(words) or len(words) > 6 or _NOT_NOUNS & {word.lower() for word in plain}:
        return None
    if any(token.kind in ("name", "cmd") for token in pieces) or any(
        len(word) == 1 and word.isascii() for word in plain
    ):
        return None
    return Unit(((f"#{stem(plain[0])}", 1),), Fraction(1), " ".join(words))


def stem(word: str) -> str:
    """Take a plural's ending off.

    >>> [stem(word) for word in ("Rabbits", "boxes", "cherries", "bus")]
    ['rabbit', 'box', 'cherry', 'bu']
    """
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _words(pieces: Sequence[Token]) -> list[str]:
    """Return the words, slashes and powers that a unit is made of; nothing where something else is among them."""
    out: list[str] = []
    for token in _flat(pieces):
        if token.kind in ("word", "name"):
            out.append(token.value)
        elif token.kind == "text":
            inside = _text_words(token.value)
            if inside is None:
                return []
            out += inside
        elif token.kind == "cmd" and token.value in _SIGNS:
            out.append(_SAID.get(token.value, token.value))
        elif token.kind == "num" and out and not token.spaced and out[-1].isalpha() and len(out[-1]) > 1:
            out += ["^", token.value]  # cm2
        elif token.kind == "num" or (token.kind == "op" and token.value in "/^*-"):
            out.append(token.value)
        elif token.kind == "op" and token.value in "{}().":
            continue
        else:
            return []
    merged: list[str] = []
    for word in out:
        last = merged[-1] if merged else ""
        if last == "-" and word.isdigit():
            merged[-1] = "-" + word
        elif last == "-" and len(merged) > 1:
            merged[-1:] = ["*", word]  # ft-lb
        elif (last in ("u", "mm") or (last in ("k", "M", "m", "G") and word == "ohm")) and last + word in UNITS:
            merged[-1] = last + word
        elif last in ("degree", "degrees") and word.lower() in _SCALES:
            merged[-1] = _SCALES[word.lower()]
        elif word == "degree" and last == "^":
            merged[-1] = word
        else:
            merged.append(word)
    return merged


def _flat(pieces: Sequence[Token]) -> list[Token]:
    r"""Write `\frac{m}{s}` as `m / s`."""
    out: list[Token] = []
    fractions, depth = [], 0
    for token in pieces:
        if token.kind == "cmd" and token.value == "frac":
            fractions.append(depth)
            continue
        depth += (token.value == "{") - (token.value == "}") if token.kind == "op" else 0
        out.append(token)
        if token.value == "}" and fractions and depth == fractions[-1]:
            fractions.pop()
            out.append(Token("op", "/"))
    return out


def _text_words(content: str) -> list[str] | None:
    r"""Return what a unit inside `\text{}` is made of; None where there is something else in it."""
    out: list[str] = []
    for match in _IN_TEXT.finditer(content.replace("每", " / ")):
        kind, piece = match.lastgroup, match.group(match.lastgroup or "x")
        if kind == "cmd":
            if piece not in _SIGNS:
                return None
            out.append(_SAID.get(piece, piece))
        elif kind == "power":
            out += ["^", piece]
        elif kind == "word" and piece[-1].isdigit() and piece not in UNITS:
            out += [piece[:-1], "^", piece[-1]]
        elif kind == "x":
            if piece not in ".,-()":
                return None
        else:
            out.append("cent" if piece == "¢" else piece)
    return out


def may_be_unit(token: Token) -> bool:
    """Whether a unit may begin with this token, right behind a number."""
    if token.kind == "name":
        return token.value in _SINGLE
    if token.kind == "word":
        return _known(token.value) is not None or len(token.value) > 2 or token.value in _POWERS
    if token.kind == "text":
        return token.value[:1].isalpha() or token.value[:1] in "/%\\"
    return token.kind == "cmd" and token.value in ("usd", "euro", "pound", "yen", "cent", "Omega", "mu", "AA", "rupee")

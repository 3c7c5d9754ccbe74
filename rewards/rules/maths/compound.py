r"""Quantities in several units or with marks for units: `3 hours 20 minutes`, `5'6"`, `36^\circ 52'`."""

from __future__ import annotations

import re
from fractions import Fraction

from rewards.rules.maths.readings import Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number
from rewards.rules.maths.units import Unit, unit_of

_COUNT = r"\d+(?:\.\d+)?(?:\s+\d+/\d+)?|\d+/\d+"
_PART = re.compile(rf"(?P<join>\s*(?:,\s*and\b|,|and\b|&|又)?)\s*(?P<count>{_COUNT})\s*(?P<unit>[^\W\d_]+\.?)")
_PRIME = r"(?:'|\^\s*\\prime\b|\\prime\b)"
_ARC = re.compile(
    rf"(?P<sign>-?)\s*(?P<degrees>\d+(?:\.\d+)?)\s*\^?\s*\\circ\s*(?P<minutes>\d+(?:\.\d+)?)\s*{_PRIME}"
    rf"(?:\s*(?P<seconds>\d+(?:\.\d+)?)\s*(?:''|\"|\^\s*\\prime\s*\\prime))?\Z"
)
_FEET = re.compile(rf"(?:(?P<feet>\d+)\s*'\s*-?\s*)?(?P<inches>{_COUNT})\s*(?:''|\"|'\s*')?\Z")
_CLOCK_LIKE = re.compile(r"(?<=\d)( ?h ?[0-5]\d)\Z")  # 14 h 30
_MIXED = re.compile(r"(\d{1,9}) and (\d{1,9})/(\d{1,9}) ([A-Za-z]{2,})\Z")
_SPLITS = frozenset(["time", "angle"])
_IMPERIAL = frozenset("ft foot feet in inch inches yd yard yards lb lbs pound pounds oz ounce ounces".split())
_MOST = 4
_LONGEST = 80


def compound(source: str) -> Value | None:
    r"""Read one quantity written in several units; None where it is no such thing.

    >>> compound("3 hours and 20 minutes").node[1], compound("5'6''").node[1], compound("2 m, 3 m")
    (Fraction(10, 3), Fraction(11, 2), None)
    """
    if len(source) > _LONGEST or not (source[:1].isdigit() or source[:1] == "-"):
        return None
    plain = " ".join(re.sub(r"\\text\b|[{}~]", " ", source).split())
    plain = _CLOCK_LIKE.sub(r"\1 min", plain)
    if "'" in plain or "prime" in plain or plain.endswith('"'):
        return _marked(source, plain)
    if (mixed := _MIXED.match(plain)) is not None and 0 < int(mixed[2]) < int(mixed[3]):
        unit = unit_of([Token("word", mixed[4])])
        return Value(source, number(int(mixed[1]) + Fraction(int(mixed[2]), int(mixed[3]))), unit) if unit else None
    parts: list[re.Match[str]] = []
    at = 0
    negative = plain.startswith("-")
    plain = plain.removeprefix("-").strip()
    while at < len(plain):
        match = _PART.match(plain, at)
        if match is None or len(parts) == _MOST:
            return None
        parts.append(match)
        at = match.end()
    return _summed(source, parts, negative) if len(parts) > 1 else None


def _summed(source: str, parts: list[re.Match[str]], negative: bool) -> Value | None:
    units = [unit_of([Token("word", part["unit"].rstrip("."))]) for part in parts]
    first = units[0]
    if first is None or first.is_noun or parts[0]["join"].strip():
        return None
    total, last = Fraction(0), None
    for part, unit in zip(parts, units, strict=True):
        if unit is None or unit.dimensions != first.dimensions or (last is not None and unit.size >= last):
            return None
        if part["join"].strip(" ,") == "" and "," in part["join"] and not _may_be_listed(first, unit):
            return None
        last = unit.size
        total += _count(part["count"]) * unit.size / first.size
    return Value(source, _signed(total, negative), first)


def _may_be_listed(first: Unit, unit: Unit) -> bool:
    """Whether a comma may stand inside one quantity: `1 hour, 20 minutes`; `3 km, 500 m` may be two."""
    return first.dimensions[0][0] in _SPLITS or {first.shown, unit.shown} <= _IMPERIAL


def _marked(source: str, plain: str) -> Value | None:
    """Read degrees with minutes and seconds of arc, and feet with inches, by their marks."""
    arc = _ARC.match(plain)
    if arc:
        total = Fraction(arc["degrees"]) + Fraction(arc["minutes"]) / 60 + Fraction(arc["seconds"] or 0) / 3600
        return Value(source, _signed(total, bool(arc["sign"])), Unit((("angle", 1),), Fraction(1), "degree"))
    feet = _FEET.match(plain)
    if feet:
        return Value(
            source, number(Fraction(feet["feet"] or 0) + _count(feet["inches"]) / 12), unit_of([Token("word", "ft")])
        )
    return None


def _count(text: str) -> Fraction:
    return sum((Fraction(part) for part in text.split()), Fraction(0)) if "/0" not in text else Fraction(0)


def _signed(total: Fraction, negative: bool) -> Node:
    return number(-total if negative else total)

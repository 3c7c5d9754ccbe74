"""Numbers as they are written: decimals with their places, recurring decimals, exponents."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from rewards.rules.maths.errors import TooMuch
from rewards.rules.maths.tokens import tokens
from rewards.rules.maths.tree import Node, number
from rewards.rules.maths.units import unit_of

if TYPE_CHECKING:
    from rewards.rules.maths.parse import Parser
    from rewards.rules.maths.tokens import Token

MOST_DIGITS = 4000
MOST_EXPONENT = 4000


def decimal_node(text: str) -> Node:
    """Read digits, a point and an exponent.

    >>> decimal_node("2.50"), decimal_node("1e-3")[1]
    (('dec', Fraction(5, 2), 2), Fraction(1, 1000))
    """
    if len(text) > MOST_DIGITS:
        raise TooMuch(f"a number of {len(text)} digits")
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    shift = int(exponent) if exponent else 0
    if abs(shift) > MOST_EXPONENT:
        raise TooMuch(f"the exponent {exponent}")
    whole, point, part = mantissa.partition(".")
    value = Fraction(int((whole + part) or "0"), 10 ** len(part)) * Fraction(10) ** shift
    if not point and shift >= 0:
        return number(value)
    return ("dec", value, len(part) - shift)


_WITH_UNIT = re.compile(
    r"(?P<head>-?\s*(?:\\(?:euro|pound|usd|yen)\s*)?)(?P<whole>\d+),(?P<part>\d{1,2}|\d{4,}|(?<=\b0,)\d{3})(?P<tail>[^\d.,;][^,;]*)?\Z"
)


_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d{1,2}(?![\d.,])")  # 1.234,56


def with_point(source: str) -> str:
    r"""Write the decimal comma of a measure with a point: `3,5 km` is one quantity. Lists have a space, or two units.

    >>> with_point("3,5 km"), with_point("3, 5 km"), with_point("1,234 km"), with_point("3,5")
    ('3.5 km', '3, 5 km', '1,234 km', '3,5')
    """
    if "," not in source:
        return source
    if "." in source:
        source = _GROUPED.sub(lambda number: number.group().replace(".", "").replace(",", "."), source)
    match = _WITH_UNIT.match(source)
    if match is None:
        return source
    tail = (match["tail"] or "").strip()
    unit = unit_of(tokens(tail)) if tail else None
    money = "\\" in match["head"] and not tail
    if money or tail in ("%", "\\%") or (unit is not None and not unit.is_noun):
        return f"{match['head']}{match['whole']}.{match['part']} {tail}"
    return source


def recurring(parser: Parser, token: Token) -> Node | None:
    r"""Read the recurring digits after a number: `0.1\overline{6}`, `0.\dot{3}`; None where there are none."""
    start = parser.at
    digits = token.value
    if "e" in digits:
        return None
    if parser.is_op(".") and "." not in digits:
        parser.at += 1
        digits += "."
    if "." in digits and parser.is_cmd("overline", "dot", "bar"):
        parser.at += 1
        period = parser.index()
        while parser.is_cmd("dot"):
            parser.at += 1
            period += parser.index()
        if period.isdigit():
            whole, _, part = digits.partition(".")
            fixed = Fraction(int(whole + part or "0"), 10 ** len(part))
            return number(fixed + Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(part)))
    parser.at = start
    return None

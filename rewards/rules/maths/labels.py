r"""Names that answers give to values, brought down to one spelling: `\frac{dy}{dx}` is y', `T(10)` is T_10."""

from __future__ import annotations

import re

from rewards.rules.maths.names import GREEK

_DERIVATIVE = re.compile(r"(?:frac)?d\^?(\d?)([A-Za-z])(?:\([a-z]\))?/?d([A-Za-z])\^?(\d?)\Z")
_OPERATED = re.compile(r"(?:frac)?dd([a-z])\(?([A-Za-z])\(?\1?\)?\)?\Z")
_PARTIAL = re.compile(r"(?:frac)?partial([A-Za-z])/?partial([A-Za-z])\Z")
_PARTIAL_TWICE = re.compile(r"(?:frac)?partial\^2([A-Za-z])/?partial([a-z])(?:\^2|partial([a-z]))\Z")
_SEGMENT = re.compile(r"(?:overline|bar|widehat|arc|\\?\|)?([A-Z]{1,3})(?:\\?\|)?\Z")
_NUMBERED = re.compile(r"([A-Za-z])\(?(\d+)\)?\Z")
_QUOTIENT = re.compile(r"(?:frac([A-Za-z])([A-Za-z])|([A-Za-z])[/:]([A-Za-z]))\Z")
_CORNER = re.compile(r"(?:m?angle)([A-Z])\Z")
_AREA = re.compile(r"([A-Z])_(?:triangle|square)?([A-Z]{3,})\Z")


def plain_label(label: str) -> str:
    r"""Return one spelling of a name.

    >>> [plain_label(label) for label in ("fracdydx", "fracd^2ydx^2", "T(10)", "x1", "overlineAB", "f'(x)", "a_n")]
    ["y'", "y''", 'T_10', 'x_1', 'AB', "f'(x)", 'a_n']
    """
    plain = label.replace(" ", "").replace("\\", "")
    if match := _DERIVATIVE.match(plain):
        order, name, _, again = match.groups()
        return name + "'" * int(order or again or 1)
    if match := _OPERATED.match(plain):
        return f"{match[2]}'({match[1]})"
    if match := _QUOTIENT.match(plain):
        return ":".join(name for name in match.groups() if name)
    if match := _CORNER.match(plain):
        return match[1]
    if match := _PARTIAL.match(plain):
        return f"{match[1]}_{match[2]}"
    if match := _PARTIAL_TWICE.match(plain):
        return f"{match[1]}_{''.join(sorted(match[2] + (match[3] or match[2])))}"
    if match := _NUMBERED.match(plain):
        return f"{match[1]}_{match[2]}"
    if match := _AREA.match(plain):
        return f"{match[1]}_{match[2]}"
    if plain.startswith("bar"):
        return f"overline{plain[3:]}" if plain[3:4].islower() else plain[3:]
    segment = _SEGMENT.match(plain)
    return segment[1] if segment and len(plain) > 1 else plain


def is_prose(label: str) -> bool:
    """Whether a name is a word and no symbol: `slope`, but neither `theta` nor `x`."""
    return len(label) > 2 and label.islower() and label not in GREEK


def common_index(names: str) -> str:
    """Take an index off that all of several names carry: it counts solutions.

    >>> common_index("x_1,y_1"), common_index("x_1,x_2")
    ('x,y', 'x_1,x_2')
    """
    parts = [name.partition("_") for name in names.split(",")]
    one = {index for _, _, index in parts}
    distinct = len({name for name, _, _ in parts}) == len(parts) > 1
    return ",".join(name for name, _, _ in parts) if distinct and len(one) == 1 and next(iter(one)).isdigit() else names


_PROSE = {
    "max": "maximum", "min": "minimum", "max value": "maximum", "min value": "minimum", "prob": "probability",
    "ph": "ph value", "poh": "poh value", "axis of symmetry": "axis",
    "maximum value": "maximum", "minimum value": "minimum", "largest": "maximum", "smallest": "minimum",
}  # fmt: skip


def prose_name(words: str) -> str:
    """Return one spelling of a label made of words.

    >>> prose_name("Max value"), prose_name("number of ways")
    ('maximum', 'number of ways')
    """
    plain = words.rstrip(": ")
    plain = plain if len(plain) == 1 else plain.lower()
    return _PROSE.get(plain, plain)

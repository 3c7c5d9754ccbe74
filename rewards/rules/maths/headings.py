r"""Quantities named by words before them: `\text{center } (2,-3), \text{ radius } 4`, `quotient x+2, remainder 3`."""

from __future__ import annotations

from collections.abc import Sequence

from rewards.rules.maths.brackets import Pieces, is_op
from rewards.rules.maths.labels import prose_name

_NOUNS = frozenset(
    "width length height depth base radius diameter center centre vertex focus directrix area perimeter circumference "
    "volume surface quotient remainder maximum minimum max min mean median mode range variance deviation slope "
    "gradient intercept amplitude period phase frequency domain sum difference product numerator denominator cost "
    "price profit loss revenue amount speed velocity acceleration mass weight force energy power time distance "
    "temperature pressure density eccentricity foci vertices asymptotes real imaginary modulus argument magnitude "
    "direction rank nullity trace determinant eigenvalue eigenvector hypotenuse".split()
)
_ADJECTIVES = frozenset(
    "the and total standard average x y maximum minimum max min local absolute initial final first second third "
    "surface real imaginary part shift major minor semi common new original larger smaller".split()
)


def headed(parts: Sequence[Pieces]) -> list[tuple[str, Pieces]] | None:
    """Return the names of parts with what stands behind them; None where not every part has one of its own."""
    if len(parts) < 2 or not all(part[0].kind in ("text", "word") for part in parts):
        return None
    named = [_heading(part) for part in parts]
    found = [pair for pair in named if pair is not None]
    return found if len(found) == len(parts) == len({name for name, _ in found}) else None


def _heading(part: Pieces) -> tuple[str, Pieces] | None:
    at = 0
    while at < len(part) and (part[at].kind in ("text", "word") or (at and is_op(part[at], "-"))):
        at += 1
    if at and is_op(part[at - 1], "-"):
        at -= 1
    words = " ".join(token.value for token in part[:at]).lower().rstrip(":= ").replace("-", " ").split()
    words = words[:-1] if words[-1:] in (["is"], ["of"]) else words
    if not words or words[-1] not in _NOUNS or not set(words) <= _NOUNS | _ADJECTIVES:
        return None
    rest = part[at:]
    while rest and is_op(rest[0], ":", "="):
        rest = rest[1:]
    return (prose_name(" ".join(word for word in words if word not in ("the", "and"))), rest) if rest else None

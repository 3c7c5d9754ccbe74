r"""Quantities named by words before them: `\text{center } (2,-3), \text{ radius } 4`, `quotient x+2, remainder 3`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rewards.rules.maths.brackets import Pieces, is_op
from rewards.rules.maths.labels import prose_name
from rewards.rules.maths.names import FUNCTIONS
from rewards.rules.maths.prose import REFUSED
from rewards.rules.maths.readings import Labelled, Reading

Read = Callable[[Pieces, str, int], Reading]

_NOUNS = frozenset(
    "width length height depth base radius diameter center centre vertex focus directrix area perimeter circumference "
    "volume surface quotient remainder maximum minimum max min mean median mode range variance deviation slope "
    "gradient intercept amplitude period phase frequency domain sum difference product numerator denominator cost "
    "price profit loss revenue amount speed velocity acceleration mass weight force energy power time distance "
    "temperature pressure density eccentricity foci vertices asymptotes real imaginary modulus argument magnitude "
    "direction rank nullity trace determinant eigenvalue eigenvector hypotenuse symmetry axis increasing decreasing "
    "up down upward downward convex value convergence inertia freedom curvature".split()
)
_IDLE = frozenset("the and on over interval intervals".split())
_ADJECTIVES = frozenset(
    "total standard average x y maximum minimum max min local absolute initial final first second third "
    "surface real imaginary part shift major minor semi common new original larger smaller of concave strictly moment "
    "degrees".split()
)
_SUBJECTS = frozenset("function graph curve it parabola sequence series".split())
_NO_VALUE = REFUSED | {"when", "where", "for", "with"}
_SAID_OF = frozenset("is are of on over has gets equals".split())


def headed(parts: Sequence[Pieces]) -> list[tuple[str, Pieces]] | None:
    """Return the names of parts with what stands behind them; None where not every part has one of its own."""
    if len(parts) < 2 or not all(part[0].kind in ("text", "word", "name") for part in parts):
        return None
    named = [_heading(part) or _person(part) for part in parts]
    found = [pair for pair in named if pair is not None]
    return found if len(found) == len(parts) == len({name for name, _ in found}) else None


def under_heading(pieces: Pieces, source: str, depth: int, read_part: Read) -> Labelled | None:
    r"""Read the name of a quantity and its value, `\text{slope } \frac{2}{3}`; None where no value stands there."""
    if pieces[0].kind not in ("text", "word") or pieces[0].value in FUNCTIONS:
        return None
    found = _heading(pieces)
    if found is None or found[1][0].kind in ("text", "word", "name"):
        return None
    if any(_NO_VALUE & set(token.value.lower().split()) for token in found[1] if token.kind in ("text", "word")):
        return None  # the maximum is 5 at x = 2
    return Labelled(source, found[0], read_part(found[1], source, depth))


def _person(part: Pieces) -> tuple[str, Pieces] | None:
    """Split `Jane is 12` at its verb."""
    name, verb = part[0].value, part[1].value if len(part) > 2 else ""
    named = part[0].kind == "word" and name[:1].isupper() and name[1:].islower()
    return (name.lower(), part[2:]) if named and verb in _SAID_OF and part[2].kind in ("num", "cmd", "op") else None


def _heading(part: Pieces) -> tuple[str, Pieces] | None:
    at = 0
    while at < len(part) and ((hyphened := _is_hyphened(part[at : at + 3])) or part[at].kind in ("text", "word")):
        at += 2 if hyphened else 1
    name = _name_in(" ".join(token.value for token in part[:at]).lower().rstrip(":= ").replace("-", " ").split())
    rest = part[at:]
    while rest and is_op(rest[0], ":", "="):
        rest = rest[1:]
    return (name, rest) if name and rest else None


def _is_hyphened(pieces: Pieces) -> bool:
    """Whether a hyphen joins a letter or a word to the next word: `x-intercept`."""
    kinds = ("name", "word", "text")
    if len(pieces) > 1 and pieces[0].kind == "name" and pieces[1].kind == "text" and pieces[1].value.startswith("-"):
        return True
    return len(pieces) == 3 and is_op(pieces[1], "-") and pieces[0].kind in kinds and pieces[2].kind in kinds[1:]


def _name_in(words: list[str]) -> str:
    """Return the name of a quantity in one spelling, `the function is increasing on` too; empty for other words."""
    words = words[:-1] if set(words[-1:]) <= _SAID_OF else words
    subject, said, predicate = " ".join(word for word in words if word not in _IDLE).partition(" is ")
    words = predicate.split() if said and set(subject.split()) <= _SUBJECTS else f"{subject}{said}{predicate}".split()
    known = set(words) <= _NOUNS | _ADJECTIVES and words[-1:] != [] and words[-1] in _NOUNS
    return prose_name(" ".join(words)) if known and words[0] not in ("up", "down") else ""

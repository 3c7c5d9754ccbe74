"""Named values, equations and inequalities, held against an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rewards.rules.maths.conventions import CONSTANTS
from rewards.rules.maths.equality import Undecided, same
from rewards.rules.maths.equations import same_equation
from rewards.rules.maths.labels import is_prose
from rewards.rules.maths.lists import both_points
from rewards.rules.maths.match_sets import region
from rewards.rules.maths.readings import Interval, Items, Labelled, Reading, Relation, Sets, Value
from rewards.rules.maths.renaming import renamings
from rewards.rules.maths.tree import Node, substituted, symbols
from rewards.rules.maths.within import free_symbols

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison

_RADIUS = {"rho": "r"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def labelled(c: Comparison, reference: Labelled, answer: Reading) -> bool:
    """Compare with a value under a name, or an equation solved for it."""
    if _is_pair(answer) and reference.label and isinstance(reference.inner, Items) and reference.inner.kind == "list":
        return c.no("a pair where several values of one name are wanted")
    if isinstance(answer, Labelled):
        return _both_labelled(c, reference, answer)
    if isinstance(answer, Relation):
        if reference.equation is not None:
            return relation(c, reference.equation, answer)
        return _same_inner(c, reference, Labelled(answer.source, "", answer))
    names = reference.label.split(",")
    if isinstance(answer, Items) and len(names) > 1 and isinstance(reference.inner, Items):
        given = {item.label: item.inner for item in answer.items if isinstance(item, Labelled)}
        if set(given) == set(names) and len(answer.items) == len(names):
            ordered = tuple(given[name] for name in names)
            return c.match(reference.inner, Items(answer.source, "tuple", ordered))
    if c.strict and reference.label:
        return c.no(f"{reference.label} is not named")
    return _same_inner(c, reference, Labelled(answer.source, "", answer))


def _is_pair(answer: Reading) -> bool:
    return isinstance(answer, Items) and answer.kind == "tuple" and len(both_points(answer)) == 1


def _both_labelled(c: Comparison, reference: Labelled, answer: Labelled) -> bool:
    agree = _labels_agree(c, reference, answer)
    if agree and _same_inner(c, reference, answer):
        return True
    solved = reference.label == answer.label and not _occurs_within(reference) and not _occurs_within(answer)
    if reference.equation is not None and answer.equation is not None and _is_curve(reference) and not solved:
        return relation(c, reference.equation, answer.equation)
    return False if agree else c.no(f"{answer.label} where {reference.label} is wanted")


def _occurs_within(reading: Labelled) -> bool:
    """Whether the name stands on the other side too, so that the equation is not solved for it."""
    return reading.label.replace("\\", "") in free_symbols(reading.inner)


def _same_inner(c: Comparison, reference: Labelled, answer: Labelled) -> bool:
    """Compare what is named, under each way to rename its parameters."""
    return any(c.match(reference.inner, renamed) for renamed in renamings(reference, answer))


def _labels_agree(c: Comparison, reference: Labelled, answer: Labelled) -> bool:
    ours, theirs = (_RADIUS.get(side.label, side.label.replace(" ", "")) for side in (reference, answer))
    if not ours or not theirs or ours == theirs or _is_solution_set(reference) != _is_solution_set(answer):
        return True
    if reference.parameters and answer.parameters and "_" in ours and "_" in theirs:
        return ours.split("_")[0] == theirs.split("_")[0] and len(ours) == len(theirs)
    called = "(" in ours, "(" in theirs
    name, other = ours.split("(")[0], theirs.split("(")[0]
    if all(called):
        same_shape = len(reference.parameters) == len(answer.parameters) > 0
        same_shape = same_shape and not any(map(str.isupper, reference.parameters))  # P(A) is no P(B)
        return name == other and same_shape
    if any(called):
        return name == other or "y" in (name, other)
    prose = [label for label in (reference.label, answer.label) if is_prose(label)]
    return len(prose) == 1 and prose[0].replace(" ", "").isalpha()


def _is_solution_set(reading: Labelled) -> bool:
    r"""Whether this is `S = \{1, 2\}`, all that an unknown may be."""
    inner = reading.inner
    braced = isinstance(inner, (Interval, Sets)) or (isinstance(inner, Items) and inner.kind == "set")
    return reading.label in ("S", "L") and braced


def relation(c: Comparison, reference: Relation, answer: Reading) -> bool:
    """Compare with an equation or an inequality."""
    if isinstance(answer, Labelled) and isinstance(answer.inner, Relation):  # circle: x^2 + y^2 = 25
        answer = answer.inner
    if isinstance(answer, Labelled) and answer.equation is not None and set(reference.signs) == {"="}:
        answer = answer.equation
    if isinstance(answer, Relation):
        if set(reference.signs) == set(answer.signs) == {"="}:
            equal = any(same_equation(reference, one) for one in _with_constants(reference, answer))
            return c.yes("the same solutions") if equal else c.no("other solutions")
        if _same_sides(c, reference, answer):
            return c.yes("the same relation")
    if set(reference.signs) == {"="}:
        return c.no("an equation is wanted")
    return region(c, reference, answer)


def _with_constants(reference: Relation, answer: Relation) -> Iterator[Relation]:
    """Yield an equation as it is, and with its constant of integration called as the reference calls it."""
    yield answer
    ours, theirs = free_symbols(reference) - free_symbols(answer), free_symbols(answer) - free_symbols(reference)
    if len(ours) == len(theirs) == 1 and ours | theirs <= CONSTANTS and len(free_symbols(reference)) > 2:
        names = dict(zip(theirs, ours, strict=True))
        yield Relation(answer.source, tuple(substituted(side, names) for side in answer.sides), answer.signs)


def _same_sides(c: Comparison, reference: Relation, answer: Relation) -> bool:
    """Whether two chains of relations agree side by side, in either direction, or up to a positive factor."""
    turned = tuple(_TURNED[sign] for sign in reversed(answer.signs)), tuple(reversed(answer.sides))
    for signs, sides in ((answer.signs, answer.sides), turned):
        if signs == reference.signs and len(sides) == len(reference.sides):
            try:
                if all(same(a, b, c.effort) for a, b in zip(reference.sides, sides, strict=True)):
                    return True
            except Undecided:
                continue
    return len(reference.sides) == len(answer.sides) == 2 and _same_inequality(c, reference, answer)


def _same_inequality(c: Comparison, reference: Relation, answer: Relation) -> bool:
    for signs, left, right in (
        (answer.signs[0], answer.sides[0], answer.sides[1]),
        (_TURNED[answer.signs[0]], answer.sides[1], answer.sides[0]),
    ):
        if signs != reference.signs[0]:
            continue
        ours = ("add", (reference.sides[0], ("neg", reference.sides[1])))
        theirs = ("add", (left, ("neg", right)))
        ratio: Node = ("div", ours, theirs)
        if symbols(ours) == symbols(theirs) and len(symbols(ours)) > 1 and _constant_above_zero(ratio):
            return True
    return False


def _is_curve(reading: Labelled) -> bool:
    """Whether the equation relates several symbols, so that solving it for another is the same answer."""
    return isinstance(reading.inner, Value) and bool(symbols(reading.inner.node))


def _constant_above_zero(ratio: Node) -> bool:
    from rewards.rules.maths.equations import Loose

    names = sorted(symbols(ratio))
    values = []
    for turn in range(6):
        at = {name: complex(0.37 + 0.61 * ((turn * 3 + place * 2) % 7)) for place, name in enumerate(names)}
        try:
            values.append(Loose().value(ratio, at))
        except (ArithmeticError, ValueError):
            continue
    return len(values) >= 3 and all(abs(v - values[0]) <= 1e-9 * abs(v) for v in values) and values[0].real > 0

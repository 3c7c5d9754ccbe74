"""Lists, sets, tuples, matrices and cases, held against an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from rewards.rules.maths.combinations import diagonal
from rewards.rules.maths.kinds import kind, letters
from rewards.rules.maths.labels import is_prose
from rewards.rules.maths.lists import both_points, both_signs
from rewards.rules.maths.match_sets import region
from rewards.rules.maths.pairing import name_of, unordered
from rewards.rules.maths.readings import (
    Choice,
    Conditions,
    Interval,
    Items,
    Labelled,
    Matrix,
    Reading,
    Relation,
    Sets,
    Value,
)
from rewards.rules.maths.renaming import renamed, renamings
from rewards.rules.maths.signs import every_sign
from rewards.rules.maths.tree import contains
from rewards.rules.maths.vectors import vector, with_plain_letters
from rewards.rules.maths.within import free_symbols

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison

_PARAMETERS = frozenset("t s k n m r lambda mu alpha c u".split())
_REGIONS = (Interval, Sets, Relation, Conditions)


def items(c: Comparison, reference: Items, answer: Reading) -> bool:
    """Compare with a list, a set or a tuple: all of the items, and no more."""
    if _joined_by(reference.source) != _joined_by(answer.source):
        return c.no("joined by another connective")
    ours = both_signs(reference.items) if reference.kind in ("list", "set") else reference.items
    if isinstance(answer, Matrix) and reference.kind == "brackets" and all(rows := tuple(map(_row, reference.items))):
        return matrix(c, Matrix(reference.source, rows), answer)
    if _by_label(reference.items):
        answer = _named_apart(answer)
        if _several_of_one(answer):
            return _values_of_one(c, reference, answer)
    if reference.kind == "tuple" and _several_of_one(answer):
        return c.no("several values of one name where a tuple is wanted")
    if isinstance(answer, Labelled) and answer.declared and isinstance(answer.inner, _REGIONS):
        return _as_set(c, reference, answer)
    if isinstance(answer, Labelled) and answer.declared and not answer.label:
        return any(items(c, reference, one) for one in renamings(Labelled(reference.source, "", reference), answer))
    answer = _with_parameter(reference, answer)
    answer = _as_items(c, reference, answer)
    if reference.kind == "set" and _is_point(answer) and len(ours) == 1 and _is_point(ours[0]):  # {(1, 2)}
        return c.match(ours[0], answer)
    if reference.kind == "tuple" and isinstance(answer, Items) and answer.kind == "set" and len(answer.items) == 1:
        answer = answer.items[0]
    if reference.kind == "set" and isinstance(answer, Items) and answer.kind == "list" and _by_label(answer.items):
        return c.no("values of different names where a set is wanted")
    if reference.kind == "tuple" and len(both_points(reference)) > 1:
        return items(c, Items(reference.source, "list", both_points(reference)), answer)
    if isinstance(answer, Items) and len(both_points(answer)) > 1 and answer.kind == "tuple":
        answer = Items(answer.source, "list", (answer,))
    if isinstance(answer, Matrix):
        answer = _as_vector(answer)
    if isinstance(answer, _REGIONS):
        return _as_set(c, reference, answer)
    if isinstance(answer, Value) and contains(answer.node, "pm"):
        answer = Items(answer.source, "list", (answer,))
    if isinstance(answer, Choice) and len(ours) == 1:
        return c.match(ours[0], answer)
    return _item_by_item(c, reference, answer, ours)


def _item_by_item(c: Comparison, reference: Items, answer: Reading, ours: tuple[Reading, ...]) -> bool:
    """Compare items with items, in their order where they have one."""
    if not isinstance(answer, Items):
        if letters(answer) and letters(answer) == letters(reference):
            return c.yes("the same letters")
        if len(ours) == 1 and reference.kind in ("list", "set"):
            return c.match(ours[0], answer)
        return c.no(f"one answer where {len(ours)} are wanted")
    if not _compatible(reference.kind, answer.kind, c.strict):
        return c.no(f"a {answer.kind} where a {reference.kind} is wanted")
    theirs = both_signs(answer.items) if answer.kind in ("list", "set") else answer.items
    if len(ours) != len(theirs) and answer.kind == "list" and len(chosen := every_sign(answer.items)) == len(ours):
        return unordered(c, ours, chosen)  # 1 + i, 1 - i, -1 + i, -1 - i
    if len(ours) != len(theirs):
        ours, theirs = _without_repeats(c, reference, ours, theirs)
    if len(ours) != len(theirs):
        return c.no(f"{len(theirs)} answers where {len(ours)} are wanted")
    if _by_label(ours) and _by_label(theirs):
        return unordered(c, ours, theirs)
    if (
        _by_label(ours)
        and all(map(name_of, theirs))
        and {*map(name_of, ours)} != {*map(name_of, theirs)}
        and all(isinstance(item, Labelled) for item in theirs)
    ):
        return c.no("other names")
    if reference.kind == "tuple" and {getattr(item, "label", "") for item in theirs} in (
        {"x", "y"},
        {"x", "y", "z"},
    ):
        theirs = tuple(sorted(theirs, key=lambda item: getattr(item, "label", "")))
    ordered = reference.kind in ("tuple", "brackets") or answer.kind in ("tuple", "brackets")
    ordered = ordered and not (reference.kind == "list" and "\\pm" in reference.source)
    if ordered or _by_label(ours) or _by_label(theirs):
        return all(c.match(a, b) for a, b in zip(ours, theirs, strict=True)) and c.yes("equal item by item")
    return unordered(c, ours, theirs)


def _joined_by(source: str) -> str:
    r"""Return the one of `\wedge` and `\vee` that joins statements; empty where letters are joined by neither."""
    return "".join(sign for sign in ("\\wedge", "\\vee") if sign in source) if not re.search(r"[\d=<>]", source) else ""


def _with_parameter(reference: Reading, answer: Reading) -> Reading:
    """Call the one parameter of `(s, 2s)` as the reference calls its own."""
    ours, theirs = free_symbols(reference), free_symbols(answer)
    if len(ours) == len(theirs) == 1 and ours != theirs and ours | theirs <= _PARAMETERS:
        return renamed(answer, dict(zip(theirs, ours, strict=True)))
    return answer


def _named_apart(answer: Reading) -> Reading:
    """Write `(a, b) = (1, 2)` as `a = 1, b = 2`."""
    inner = answer.inner if isinstance(answer, Labelled) else answer
    inner = _as_vector(inner) if isinstance(inner, Matrix) else inner
    names = answer.label.split(",") if isinstance(answer, Labelled) else []
    if not isinstance(inner, Items) or len(names) < 2 or len(names) != len(inner.items):
        return answer
    named = (Labelled(item.source, name, item) for name, item in zip(names, inner.items, strict=True))
    return Items(answer.source, "list", tuple(named))


def _several_of_one(answer: Reading) -> TypeGuard[Labelled]:
    """Whether an answer is `x = 2, x = 3`."""
    listed = isinstance(answer, Labelled) and isinstance(answer.inner, Items) and bool(answer.label)
    return listed and answer.inner.kind == "list"  # type: ignore[attr-defined]


def _is_point(reading: Reading) -> bool:
    return isinstance(reading, Items) and reading.kind == "tuple"


def _values_of_one(c: Comparison, reference: Items, answer: Labelled) -> bool:
    """Compare `x_1 = 2, x_2 = 3` with `x = 2, 3` and `roots: 3, 2`, where the index merely counts."""
    names = {name_of(item).split("_")[0].strip("\\") for item in reference.items}
    said = answer.label.split("_")[0].strip("\\")
    if "," in said:
        return items(c, reference, answer.inner)
    if len(names) > 1 or not (said in names or is_prose(said.replace(" ", ""))):
        return c.no("several values of one name where different ones are named")
    theirs = answer.inner.items if isinstance(answer.inner, Items) else ()
    return unordered(c, tuple(map(c.unwrapped, reference.items)), both_signs(tuple(map(c.unwrapped, theirs))))


def _as_items(c: Comparison, reference: Items, answer: Reading) -> Reading:
    if isinstance(answer, Labelled) and (not _by_label(reference.items) or isinstance(answer.inner, Items)):
        answer = c.unwrapped(answer)
    if isinstance(answer, Value) and reference.kind in ("tuple", "brackets"):
        with_basis = with_plain_letters(answer.node)
        return answer if with_basis is None else vector(answer.source, with_basis)
    return answer


def _as_set(c: Comparison, reference: Items, answer: Reading) -> bool:
    if reference.kind == "brackets" or (reference.kind == "tuple" and len(reference.items) != 2):
        return c.no(f"a {kind(answer)} where a {reference.kind} is wanted")
    return region(c, reference, answer)


def _without_repeats(
    c: Comparison, reference: Items, ours: tuple[Reading, ...], theirs: tuple[Reading, ...]
) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """Drop repeated items of sets; of lists only the answer's, and only where several answers are wanted."""
    if reference.kind == "set":
        return _distinct(c, ours), _distinct(c, theirs)
    repeats = reference.kind == "list" and len(_distinct(c, ours)) == len(ours) > 1 and len(theirs) <= 2 * len(ours)
    return ours, _distinct(c, theirs) if repeats else theirs


def _distinct(c: Comparison, items: tuple[Reading, ...]) -> tuple[Reading, ...]:
    out: list[Reading] = []
    for item in items:
        if not any(c.match(known, item) for known in out):
            out.append(item)
    return tuple(out)


def matrix(c: Comparison, reference: Matrix, answer: Reading) -> bool:
    """Compare with a matrix; one row or column may be written as a tuple."""
    answer = _with_parameter(reference, c.unwrapped(answer))
    vector_ = _as_vector(reference)
    answer = diagonal(answer) or answer
    if isinstance(vector_, Items) and isinstance(answer, (Items, Value)):
        return items(c, vector_, answer)
    if isinstance(answer, Items) and answer.kind == "brackets":
        rows = tuple(_row(item) for item in answer.items)
        answer = Matrix(answer.source, rows) if all(rows) else answer
    if not isinstance(answer, Matrix):
        return c.no("a matrix is wanted")
    if [len(row) for row in reference.rows] != [len(row) for row in answer.rows]:
        return c.no("another shape")
    if reference.determinant != answer.determinant:
        return c.no("a matrix and a determinant")
    pairs = [
        (a, b)
        for ours, theirs in zip(reference.rows, answer.rows, strict=True)
        for a, b in zip(ours, theirs, strict=True)
    ]
    return all(c.match(a, b) for a, b in pairs) and c.yes("equal entry by entry")


def _by_label(items: tuple[Reading, ...]) -> bool:
    labels = [name for name in map(name_of, items) if name]
    return len(labels) == len(items) and len(set(labels)) > 1


def _compatible(ours: str, theirs: str, strict: bool) -> bool:
    if ours == theirs:
        return True
    if strict:
        return {ours, theirs} == {"tuple", "brackets"}
    return {ours, theirs} != {"set", "tuple"} and {ours, theirs} != {"set", "brackets"}


def _row(item: Reading) -> tuple[Reading, ...]:
    """Return a row of `[[1, 2], [3, 4]]`, of which one of two looks like an interval; empty for anything else."""
    if isinstance(item, Items) and item.kind == "brackets":
        return item.items
    if isinstance(item, Interval) and not item.low_open and not item.high_open:
        return Value(item.source, item.low), Value(item.source, item.high)
    return ()


def _as_vector(matrix: Matrix) -> Reading:
    """Return a matrix of one row or column as a tuple."""
    if len(matrix.rows) == 1:
        return Items(matrix.source, "tuple", matrix.rows[0])
    if all(len(row) == 1 for row in matrix.rows):
        return Items(matrix.source, "tuple", tuple(row[0] for row in matrix.rows))
    return matrix

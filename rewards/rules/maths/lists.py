r"""Several answers in one: bare lists, sets, tuples, intervals, and lists of labelled values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, levels, split
from rewards.rules.maths.counted import counted_through, with_comma
from rewards.rules.maths.declarations import without_declarations
from rewards.rules.maths.ellipsis import written_out
from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.headings import headed
from rewards.rules.maths.labels import common_index
from rewards.rules.maths.parse import parse
from rewards.rules.maths.readings import Conditions, Interval, Items, Labelled, Nothing, Reading, Relation, Sets, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import sign_choices

Read = Callable[[Pieces, str, int], Reading]

_AND = frozenset(["and", "&", "as well as", "和", "与", "及", "且", "并且", "y", "et", "und"])
_OR = frozenset(["or", "或", "或者", "oder", "ou"])
_INEQUALITIES = frozenset(["<", ">", "<=", ">=", "!="])
MOST_ITEMS = 2000


def _connects(token: Token) -> str:
    """Return `or`, `and` or `,` for a token that joins answers; empty for any other."""
    if token.kind in ("word", "text"):
        plain = token.value.lower().strip(" ,;")
        if plain in _OR:
            return "or"
        return "and" if plain in _AND else ("," if token.value.strip() in (",", ";", "") else "")
    if token.kind == "cmd":
        return {"vee": "or", "wedge": "and"}.get(token.value, "")
    return {",": ",", ";": ";", "\\\\": ",", "&": "and"}.get(token.value, "") if token.kind == "op" else ""


def collected(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read several answers that commas, semicolons, "and" or "or" separate; None where it is one answer."""
    try:
        marks = {_connects(part[0]) for part in _seams(pieces)}
    except Unreadable:
        return None
    if not marks:
        return None
    pieces = with_comma(pieces) if "," in marks else pieces
    outer = "or" if "or" in marks and {",", ";", "and"} & marks else ";" if {";", ","} <= marks else ""
    parts = _split(pieces, outer)
    if len(parts) < 2 and outer:
        parts = _split(pieces, "")
    if len(parts) == 1:
        return read_part(parts[0], source, depth)
    parts = written_out(parts)
    if len(parts) > MOST_ITEMS:
        raise Unreadable("too many answers")
    if (named := headed(parts)) is not None:
        return Items(
            source, "list", tuple(Labelled(source, name, read_part(rest, source, depth)) for name, rest in named)
        )
    readings = counted_through([read_part(part, source, depth) for part in parts])
    return _joined(readings, source, next(mark for mark in ("or", "and", ",", ";") if mark in marks))


def _seams(pieces: Pieces) -> list[list[Token]]:
    """The separators at the outermost level."""
    seams: list[list[Token]] = []

    def separates(token: Token) -> bool:
        if _connects(token):
            seams.append([token])
            return True
        return False

    split(pieces, separates)
    return seams


def _split(pieces: Pieces, outer: str) -> list[list[Token]]:
    """Cut at the outer separators only, or at all where none is outer; ", or" is one separator, and no outer one."""
    if outer == "or":
        kept = []
        for at, token in enumerate(pieces):
            follows_comma = at > 0 and is_op(pieces[at - 1], ",")
            kept.append(Token("op", ",", token.spaced) if _connects(token) == "or" and follows_comma else token)
        pieces = kept
    parts = split(pieces, lambda token: _connects(token) == outer if outer else bool(_connects(token)))
    return [part for part in parts if part]


def _joined(readings: list[Reading], source: str, connector: str) -> Reading:
    """Make one reading of several: conditions, values under one label, or a list."""
    readings, declared = without_declarations(readings)
    if not readings:
        raise Unreadable("only declarations")
    if len(readings) == 1:
        only = readings[0]
        if isinstance(only, Labelled):
            return replace(only, source=source, declared=declared or only.declared)
        return Labelled(source, "", only, declared=declared)
    if all(_is_condition(reading) for reading in readings) and any(
        isinstance(reading, Relation) and _INEQUALITIES & set(reading.signs) for reading in readings
    ):
        return Conditions(source, tuple(readings), "," if connector == ";" else connector)
    readings = _without_common_index(_flattened(readings))
    first = readings[0]
    if isinstance(first, Labelled) and first.label:
        labels = {reading.label for reading in readings if isinstance(reading, Labelled)}
        others = [reading for reading in readings if not isinstance(reading, Labelled)]
        if len(labels) == 1 and all(not isinstance(reading, Relation) for reading in others):
            inner = tuple(reading.inner if isinstance(reading, Labelled) else reading for reading in readings)
            listed = Items(source, "list", _opened(inner))
            return Labelled(source, first.label, listed, first.parameters, declared=declared or first.declared)
    if connector == "or" and _all_equal(readings):
        return first  # `1/2 or 0.5`: one answer in several forms
    items = Items(source, "list", tuple(readings))
    return Labelled(source, "", items, declared=declared) if declared else items


def _without_common_index(readings: list[Reading]) -> list[Reading]:
    """Read `x_1 = 2, y_1 = 3` as `x = 2, y = 3`: one solution of several, and the index counts them."""
    named = [reading for reading in readings if isinstance(reading, Labelled)]
    labels = ",".join(reading.label for reading in named)
    if len(named) < len(readings) or (names := common_index(labels)) == labels:
        return readings
    return [replace(reading, label=name) for reading, name in zip(named, names.split(","), strict=True)]


def _all_equal(readings: list[Reading]) -> bool:
    """Whether all are values, and the same one."""
    values = [reading for reading in readings if isinstance(reading, Value) and reading.unit is None]
    if len(values) < len(readings) or len(values) > 4:
        return False
    try:
        return all(same(values[0].node, value.node, Effort.quick) for value in values[1:])
    except (Undecided, TooMuch):
        return False


def _is_condition(reading: Reading) -> bool:
    if isinstance(reading, Labelled):
        return isinstance(reading.inner, (Interval, Sets)) or reading.equation is not None
    return isinstance(reading, (Relation, Conditions))


def _flattened(readings: list[Reading]) -> list[Reading]:
    """Open lists inside a list, where no labels would be torn apart."""
    flat: list[Reading] = []
    for reading in readings:
        if isinstance(reading, Items) and reading.kind == "list":
            if any(isinstance(item, Labelled) and item.label for item in reading.items):
                flat.append(reading)
            else:
                flat.extend(reading.items)
        else:
            flat.append(reading)
    return flat


def _opened(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return tuple(_flattened(list(readings)))


def delimited(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read what stands between brackets that enclose it all: a tuple, a set, an interval; None where none do."""
    if len(pieces) < 2:
        return None
    first, last = pieces[0], pieces[-1]
    if first.kind == "cmd" and first.value == "langle" and last.kind == "cmd" and last.value == "rangle":
        return Items(source, "tuple", _items(pieces[1:-1], source, depth, read_part))
    opened = half_open(pieces, source, depth)
    if opened is not None:
        return opened
    for left, right in (("(", ")"), ("[", "]"), ("\\{", "\\}"), ("{", "}")):
        inner = enclosed(pieces, left, right)
        if inner is not None:
            return _bracketed(inner, left, source, depth, read_part)
    return None


def _bracketed(inner: Pieces, left: str, source: str, depth: int, read_part: Read) -> Reading | None:
    if not inner:
        return Nothing(source) if left == "\\{" else None
    if left == "\\{":
        condition = _set_builder(inner, source, depth, read_part)
        if condition is not None:
            return condition
    parts = split(inner, lambda token: is_op(token, ",", ";"))
    if left in ("\\{", "{"):
        return Items(source, "set", _items(inner, source, depth, read_part))
    if len(parts) == 1:
        if left == "[" and (inner[0].value == "frac" or len(inner) == 1) and not is_op(inner[-1], "]"):
            return None  # perhaps Gauss's brackets
        if any(token.kind in ("text", "word", "cmd") or is_op(token, "=", "<", ">", ":", "&") for token in inner):
            try:
                return read_part(inner, source, depth)
            except Unreadable:
                return None
        return None
    if left == "[" and len(parts) == 2 and not all(part and is_op(part[0], "[") for part in parts):
        return Interval(source, *_ends(parts, depth), False, False)
    return Items(source, "tuple" if left == "(" else "brackets", _items(inner, source, depth, read_part))


def _items(inner: Pieces, source: str, depth: int, read_part: Read) -> tuple[Reading, ...]:
    """Read the items between brackets; an item with ± is two."""
    parts = split(inner, lambda token: is_op(token, ",", ";") or _connects(token) in ("or", "and"))
    if not all(parts) or len(parts) > MOST_ITEMS:
        raise Unreadable("an item is missing")
    return tuple(read_part(part, source, depth) for part in written_out(parts))


def both_signs(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Write out every ±: `1 ± √2` is two values, `(±1, 0)` two points."""
    out: list[Reading] = []
    for reading in readings:
        if isinstance(reading, Value):
            choices = sign_choices(reading.node)
            out.extend(Value(reading.source, node, reading.unit, None) for node in choices) if choices[
                1:
            ] else out.append(reading)
        elif isinstance(reading, Items) and reading.kind == "tuple":
            out.extend(both_points(reading))
        else:
            out.append(reading)
    return tuple(out)


def both_points(point: Items) -> tuple[Items, ...]:
    """Return the points that a tuple with ± stands for, all its signs chosen together; itself where there is no ±."""
    columns = [sign_choices(item.node) if isinstance(item, Value) else [] for item in point.items]
    if not any(len(column) == 2 for column in columns) or not all(columns):
        return (point,)
    rows = ([Value(point.source, column[min(turn, len(column) - 1)]) for column in columns] for turn in (0, 1))
    return tuple(Items(point.source, "tuple", tuple(row)) for row in rows)


def _ends(parts: list[list[Token]], depth: int) -> tuple[tuple[object, ...], tuple[object, ...]]:
    return parse(parts[0], depth), parse(parts[1], depth)


def half_open(pieces: Pieces, source: str, depth: int) -> Reading | None:
    r"""Read `[0, 1)`, `(0, 1]` and the French `]0, 1[`."""
    first, last = pieces[0], pieces[-1]
    pair = (first.value, last.value) if first.kind == last.kind == "op" else ("", "")
    if pair not in (("[", ")"), ("(", "]"), ("]", "["), ("[", "["), ("]", "]")):
        return None
    try:
        parts = split(pieces[1:-1], lambda token: is_op(token, ",", ";"))
    except Unreadable:
        return None
    if len(parts) != 2 or not all(parts):
        return None
    return Interval(source, *_ends(parts, depth), pair[0] in "(]", pair[1] in ")[")


def _set_builder(inner: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    r"""Read `\{x \mid x > 3\}` as its condition."""
    at = next((at for at, level in enumerate(levels(inner)) if not level and is_op(inner[at], "|", ":")), 0)
    parts = list(inner[:at]), list(inner[at + 1 :])
    point = bool(parts[0]) and enclosed(parts[0], "(", ")")
    if not all(parts) or (any(is_op(token, ",") for token in parts[0]) and not point):
        return None
    reading = read_part(parts[1], source, depth)
    if point and (isinstance(reading, (Relation, Conditions)) or getattr(reading, "equation", None) is not None):
        return reading
    if (
        isinstance(reading, Labelled)
        and isinstance(reading.inner, Sets)
        and len(parts[0]) > 1
        and not any(token.kind == "cmd" and token.value == "in" for token in parts[0])
    ):  # {2k : k in Z}
        declared = ((reading.label, reading.inner.operator),) if not reading.inner.parts else ()
        return Labelled(source, "", read_part(parts[0], source, depth), declared=declared) if declared else None
    named = [token.value for token in parts[0] if token.kind in ("name", "word")]
    plain = len(parts[0]) == 1 or any(token.kind == "cmd" and token.value == "in" for token in parts[0])
    if plain and isinstance(reading, Relation) and set(reading.signs) == {"="}:
        reading = Conditions(source, (reading,), "and")
    if plain and isinstance(reading, (Relation, Conditions)):
        domain = _domain(parts[0])
        return reading if domain in ("", "R") else Sets(source, "cap", (Sets(source, domain, ()), reading))
    if plain and isinstance(reading, Labelled) and reading.declared and isinstance(reading.inner, Relation):
        return reading if _domain(parts[0]) in ("", "R") else None  # {x : x != k pi, k in Z}
    if isinstance(reading, Labelled) and named and reading.label == named[0]:
        return reading if reading.equation is not None or isinstance(reading.inner, (Interval, Sets)) else None
    return None


def _domain(left: Pieces) -> str:
    r"""Return the set named in `x \in \mathbb{Z}`; empty where there is none."""
    at = next((at for at, token in enumerate(left) if token.kind == "cmd" and token.value == "in"), len(left))
    return "".join(token.value for token in left[at + 1 :]).removeprefix("mathbb")

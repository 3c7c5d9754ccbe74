"""Relations and labels: equations, inequalities, chains, names with values."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, split
from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.labels import plain_label
from rewards.rules.maths.left_sides import DENIED, is_quantity, is_symbol, label_of, label_text
from rewards.rules.maths.names import RELATIONS
from rewards.rules.maths.numeric import Floats, Imprecise, Undefined
from rewards.rules.maths.parse import parse
from rewards.rules.maths.prose import qualifies
from rewards.rules.maths.readings import Items, Labelled, Reading, Relation, Sets, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number, symbols

Read = Callable[[Pieces, str, int], Reading]

_MOST_SIDES = 60
_NO_LETTERS = frozenset(["pi", "oo", "no", "ln", "lg", "sh", "ch", "th", "tg", "mu", "nu", "xi"])


def _sign(token: Token) -> str:
    if token.kind == "op" and token.value in ("=", "<", ">", "~"):
        return RELATIONS.get(token.value, "~")
    return RELATIONS.get(token.value, "") if token.kind == "cmd" else ""


def related(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read what has relation signs at its outermost level; None where there are none.

    Raises:
        Unreadable: a side can't be read.
    """
    signs: list[str] = []

    def separates(token: Token) -> bool:
        sign = _sign(token)
        if sign:
            signs.append(sign)
        return bool(sign)

    sides = split(pieces, separates)
    if not signs or len(sides) > _MOST_SIDES:
        if signs:
            raise Unreadable("a chain of too many sides")
        return None
    if signs == ["mapsto"] and all(sides):
        return _mapping(sides[0], read_part(sides[1], source, depth), source)
    if signs == ["to"] and any(is_op(token, ":") for token in sides[0]) and len(pieces) < 12:
        return Sets(source, "to", ())
    if "to" in signs or "mapsto" in signs:
        raise Unreadable("an arrow")
    if not sides[0] and len(sides) == 2:
        return read_part(sides[1], source, depth) if signs[0] in ("=", "~") else None
    if not all(sides):
        raise Unreadable("a side is missing")
    if any(token.kind in ("text", "word") and DENIED & set(token.value.lower().split()) for token in sides[0]):
        raise Unreadable("a name that is denied")
    if signs == ["in"] and sides[0][0][:2] != ("cmd", "forall"):
        if any(map(qualifies, sides[0])):
            raise Unreadable("a declaration behind an answer")
        return Labelled(source, label_text(sides[0]), _set(sides[1], source, depth, read_part))
    if set(signs) <= {"=", "~", "=="}:
        return _equated(sides, signs, source, depth, read_part)
    if set(signs) <= {"<", ">", "<=", ">=", "!=", "="}:
        nodes = tuple(parse(side, depth) for side in sides)
        if len(nodes) > 2 and len(set(signs)) == 1 and not any(map(symbols, nodes)) and _is_sorted(nodes, signs[0]):
            return Items(source, "list", tuple(read_part(side, source, depth) for side in sides))  # 1 < 2 < 3
        if len(nodes) > 2 and any(not symbols(a) and not symbols(b) for a, b in pairwise(nodes)):
            raise Unreadable("a chain that compares two numbers")
        return Relation(source, nodes, tuple(signs))
    raise Unreadable("a relation of another kind")


def _is_sorted(nodes: tuple[Node, ...], sign: str) -> bool:
    """Whether numbers rise, or fall, as the sign between them says."""
    try:
        values = [Floats().value(node, {}) for node in nodes]
    except (Undefined, Imprecise, Unreadable, TooMuch):
        return False
    if sign not in "<>" or any(value.imag for value in values):
        return False
    return all(a.real < b.real if sign == "<" else a.real > b.real for a, b in pairwise(values))


def _mapping(left: Pieces, inner: Reading, source: str) -> Reading:
    r"""Read `f: x \mapsto x^2` and `x \mapsto x^2` as a function of x."""
    names = [token.value for token in left if token.kind == "name"]
    if not names or any(token.kind != "name" and not is_op(token, ":", "{", "}") for token in left):
        raise Unreadable("a mapping of what is no symbol")
    return Labelled(source, f"{names[0]}({names[-1]})" if len(names) > 1 else "", inner, (names[-1],))


def _set(side: Pieces, source: str, depth: int, read_part: Read) -> Reading:
    r"""Read what follows `\in`, where a lone capital is a set of numbers."""
    inner = enclosed(side, "{", "}") or side
    if len(inner) == 1 and inner[0].kind == "name" and inner[0].value in "ZNRQC":
        return Sets(source, inner[0].value, ())
    return read_part(side, source, depth)


def _equated(sides: list[list[Token]], signs: list[str], source: str, depth: int, read_part: Read) -> Reading:
    """Read an equation: a label with its value, a calculation, or an equation proper."""
    label = label_of(sides[0])
    if len(sides) > 2 and set(signs) == {"="} and all(map(is_symbol, sides[:-1])) and not is_symbol(sides[-1]):
        inner = read_part(sides[-1], source, depth)
        named = (Labelled(source, plain_label(label_text(side)), inner) for side in sides[:-1])
        return Items(source, "list", tuple(named))
    if label is not None:
        sides = [sides[0], *(_letters(side) for side in sides[1:])]
        inner = _last_of_chain(sides[1:], signs[1:], source, depth, read_part)
        return Labelled(source, label[0], inner, label[1], _equation(sides, signs, source, depth))
    if len(sides) == 2 and any(token.kind == "env" for token in sides[1]) and _is_name_of_matrix(sides[0]):
        return Labelled(source, label_text(sides[0]), read_part(sides[1], source, depth))
    try:
        nodes = tuple(parse(side, depth) for side in sides)
    except Unreadable:
        return _last_of_chain(sides, signs, source, depth, read_part)  # 20 - 5 = 15 apples
    if not any(symbols(node) for node in nodes):
        return _last_of_chain(sides, signs, source, depth, read_part)
    if is_quantity(nodes[0]) and not any(symbols(node) for node in nodes[1:]):
        inner = _last_of_chain(sides[1:], signs[1:], source, depth, read_part)
        return Labelled(source, plain_label(label_text(sides[0])), inner, (), _equation(sides, signs, source, depth))
    other = label_of(sides[-1])
    if other is not None and len(sides) == 2 and not symbols(nodes[0]):
        return Labelled(source, other[0], read_part(sides[0], source, depth), other[1])
    return Relation(source, nodes, tuple("=" for _ in signs))


def _is_name_of_matrix(side: Pieces) -> bool:
    """Whether letters with powers stand there: `A^{-1}`, `A^T`, `AB`, `A^2 + B`."""
    capital = any(token.value[:1].isupper() for token in side if token.kind in ("name", "word"))
    return capital and all(token.kind in ("name", "word", "num", "op", "cmd") for token in side) and len(side) < 12


def _letters(side: list[Token]) -> list[Token]:
    """Read the one short word of `v = at` as letters."""
    if len(side) == 1 and side[0].kind == "word" and len(side[0].value) == 2 and side[0].value not in _NO_LETTERS:
        return [Token("name", letter) for letter in side[0].value]
    return side


def _equation(sides: list[list[Token]], signs: list[str], source: str, depth: int) -> Relation | None:
    if len(sides) != 2:
        return None
    try:
        return Relation(source, tuple(parse(side, depth) for side in sides), ("=",))
    except (Unreadable, TooMuch):
        return None


def _last_of_chain(sides: list[list[Token]], signs: list[str], source: str, depth: int, read_part: Read) -> Reading:
    """Return the value of `a = b = c`, of which every link must hold; the exact side of an `≈`."""
    readings = [read_part(side, source, depth) for side in sides]
    if len(readings) == 1:
        return readings[0]
    if not all(isinstance(reading, Value) for reading in readings):
        raise Unreadable("a chain of what are no values")
    values = [reading for reading in readings if isinstance(reading, Value)]
    chosen = values[0]
    for sign, before, after in zip(signs, values, values[1:], strict=False):
        if sign == "~":
            if not _near(before.node, after.node):
                raise Unreadable("an approximation that is far off")
            continue
        if not _holds(*_in_one_unit(before, after)):
            raise Unreadable("a chain of equations that does not hold")
        chosen = after
    return chosen


def _in_one_unit(before: Value, after: Value) -> tuple[Node, Node]:
    """Return two values of a chain with the size of their units, where both have one: `90 km/h = 25 m/s`."""
    first, second = before.unit, after.unit
    if first is None or second is None or first.dimensions != second.dimensions:
        return before.node, after.node
    return ("mul", (before.node, number(first.size))), ("mul", (after.node, number(second.size)))


def _holds(a: Node, b: Node) -> bool:
    try:
        return same(a, b, Effort.quick)
    except (Undecided, TooMuch):
        return False


def _near(a: Node, b: Node) -> bool:
    """Whether b may be a rounded a: within half a percent, or as far as its digits go."""
    try:
        left, right = Floats().value(a, {}), Floats().value(b, {})
    except (Undefined, Imprecise, Unreadable, TooMuch):
        return False
    return bool(abs(left - right) <= 0.005 * abs(left))

"""Relations and labels: equations, inequalities, chains, names with values."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, split
from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.labels import common_index, plain_label, prose_name
from rewards.rules.maths.names import CALLED, FUNCTIONS, GREEK, RELATIONS
from rewards.rules.maths.numeric import Floats, Imprecise, Undefined
from rewards.rules.maths.parse import parse
from rewards.rules.maths.prose import REFUSED, qualifies
from rewards.rules.maths.readings import Items, Labelled, Reading, Relation, Sets, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, symbols

Read = Callable[[Pieces, str, int], Reading]

_MOST_SIDES = 60
_NO_LETTERS = frozenset(["pi", "oo", "no", "ln", "lg", "sh", "ch", "th", "tg", "mu", "nu", "xi"])
_MARKS = frozenset(["Delta", "nabla", "delta", "overline", "bar", "dot", "ddot"])
_ASKED_FUNCTIONS = frozenset("sin cos tan cot sec csc det arg gcd re im".split())
_MEASURED = frozenset(("cmd", name) for name in ("dim", "deg", "ker"))
_LONGEST_NAME = 10
_DENIED = frozenset("not never isn't wrong incorrect false maybe perhaps possibly probably either".split())
_GEOMETRY = frozenset("angle triangle overline bar | \\| { } _ ' frac / \\ : widehat arc cap cup".split())


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
    if any(token.kind in ("text", "word") and _DENIED & set(token.value.lower().split()) for token in sides[0]):
        raise Unreadable("a name that is denied")
    if signs == ["in"] and sides[0][0][:2] != ("cmd", "forall"):
        if any(map(qualifies, sides[0])):
            raise Unreadable("a declaration behind an answer")
        return Labelled(source, _label_text(sides[0]), _set(sides[1], source, depth, read_part))
    if set(signs) <= {"=", "~", "=="}:
        return _equated(sides, signs, source, depth, read_part)
    if set(signs) <= {"<", ">", "<=", ">=", "!=", "="}:
        nodes = tuple(parse(side, depth) for side in sides)
        if len(nodes) > 2 and any(not symbols(a) and not symbols(b) for a, b in pairwise(nodes)):
            raise Unreadable("a chain that compares two numbers")
        return Relation(source, nodes, tuple(signs))
    raise Unreadable("a relation of another kind")


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
    label = _label(sides[0])
    if len(sides) > 2 and set(signs) == {"="} and all(map(_is_symbol, sides[:-1])) and not _is_symbol(sides[-1]):
        inner = read_part(sides[-1], source, depth)
        named = (Labelled(source, plain_label(_label_text(side)), inner) for side in sides[:-1])
        return Items(source, "list", tuple(named))
    if label is not None:
        sides = [sides[0], *(_letters(side) for side in sides[1:])]
        inner = _last_of_chain(sides[1:], signs[1:], source, depth, read_part)
        return Labelled(source, label[0], inner, label[1], _equation(sides, signs, source, depth))
    if len(sides) == 2 and any(token.kind == "env" for token in sides[1]) and _is_name_of_matrix(sides[0]):
        return Labelled(source, _label_text(sides[0]), read_part(sides[1], source, depth))
    nodes = tuple(parse(side, depth) for side in sides)
    if not any(symbols(node) for node in nodes):
        return _last_of_chain(sides, signs, source, depth, read_part)
    if _is_quantity(nodes[0]) and not any(symbols(node) for node in nodes[1:]):
        inner = _last_of_chain(sides[1:], signs[1:], source, depth, read_part)
        return Labelled(source, plain_label(_label_text(sides[0])), inner, (), _equation(sides, signs, source, depth))
    other = _label(sides[-1])
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
        if not _holds(before.node, after.node):
            raise Unreadable("a chain of equations that does not hold")
        chosen = after
    return chosen


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


def _label_text(side: Pieces) -> str:
    return "".join(token.value for token in side if not is_op(token, "{", "}", "(", ")", "[", "]"))


def _label(side: Pieces) -> tuple[str, tuple[str, ...]] | None:
    """Return a side's name and parameters where it merely names what stands on the other side."""
    inner = enclosed(side, "{", "}")
    if inner is not None:
        side = inner
    if len(side) > 1 and side[0].kind == "text" and " " in side[0].value:  # the answer is n = 5
        if REFUSED & set(side[0].value.lower().split()):
            raise Unreadable("a statement that is denied")
        side = side[1:]
    if not side:
        return None
    tuple_ = enclosed(side, "(", ")")
    if tuple_ is not None and all(_is_symbol(part) for part in split(tuple_, lambda t: is_op(t, ","))):
        return common_index(_label_text(side)), ()
    if _is_symbol(side):
        index = [token.value for token in side[2:] if token.kind == "name"] if len(side) > 2 else []
        return plain_label(_label_text(side)), tuple(index) if len(index) == 1 and len(side) < 6 else ()
    if _is_operation(side) or (side[0][:2] in _MEASURED and len(side) < _LONGEST_NAME):
        return plain_label(_label_text(side)), ()
    called = _called(side)
    if called is not None:
        return called
    if len(side) == 1 and side[0].kind == "text" and len(side[0].value) == 1:
        return side[0].value, ()
    prose = prose_name(side[0].value) if len(side) == 1 and side[0].value in ("max", "min") else prose_label(side)
    if prose:
        return prose, ()
    if _is_quotient(side) or _is_geometry(side):
        return plain_label(_label_text(side)), ()
    return None


def _is_symbol(side: Pieces) -> bool:
    if len(side) > 1 and side[0].kind == "cmd" and side[0].value in _MARKS:
        return _is_symbol(enclosed(side[1:], "{", "}") or side[1:])
    first = side[0] if side else None
    if (
        first is None
        or not (first.kind == "name" or (first.kind == "cmd" and first.value in GREEK))
        or first.value in "ei"
    ):
        return False
    rest = side[1:]
    if not rest or all(is_op(token, "'", "''") for token in rest):
        return True
    if is_op(rest[0], "_"):
        return len(rest) == 2 or enclosed(rest[1:], "{", "}") is not None
    return len(rest) == 1 and rest[0].kind == "num" and not rest[0].spaced


_DERIVATIVE = re.compile(r"(?:frac)?(?:d|partial)\d?[A-Za-z]/?(?:d|partial)[A-Za-z]\d?\Z")


def _is_operation(side: Pieces) -> bool:
    r"""Whether a side asks for what the other gives: an integral, a limit, a derivative."""
    if side[0].kind == "cmd" and side[0].value in ("int", "lim"):
        return True
    return len(side) < 14 and _DERIVATIVE.match(_label_text(side).replace("^", "")) is not None


def _called(side: Pieces) -> tuple[str, tuple[str, ...]] | None:
    """Return the name and parameters of `f(x)`, `P(A)`, `T(10)`, `f^{-1}(x)`."""
    at = next((at for at, token in enumerate(side) if is_op(token, "(", "[")), 0)
    if not at:
        return None
    head, arguments = side[:at], enclosed(side[at:], "(", ")") or enclosed(side[at:], "[", "]")
    if arguments is None or head[0].kind not in ("name", "text", "cmd", "word") or head[0].value in FUNCTIONS:
        return None
    name = _label_text(head)
    if len(head) > 1 and not is_op(head[1], "_", "'", "''", "^"):
        return None
    one = len(arguments) == 1 and arguments[0].kind in ("name", "num")
    if len(head) == 1 and head[0].kind == "name" and name not in CALLED and not name.isupper() and not one:
        return None
    parameters = tuple(token.value for token in arguments if token.kind == "name")
    if is_op(head[-1], "^") or any(is_op(token, "+", "-", "*", "/") for token in arguments):
        parameters = ()
    return plain_label(f"{name}({''.join(token.value for token in arguments)})"), parameters


def _is_quantity(node: Node) -> bool:
    r"""Whether an expression names a quantity that is asked for: `\sin A`, `\tan^2\alpha`, `|z|`."""
    if node[0] == "pow" and node[2][0] == "num":
        node = node[1]
    if node[0] != "fn" or len(node[2]) != 1 or node[2][0][0] != "sym":
        return False
    return node[1] in _ASKED_FUNCTIONS or (node[1] == "abs" and node[2][0][1][:1] in "zw")


def _is_quotient(side: Pieces) -> bool:
    r"""Whether a side is `a:b` or `\frac{a}{b}` of two letters."""
    letters = [token for token in side if token.kind == "name"]
    marks = [token.value for token in side if token.kind != "name"]
    return len(letters) == 2 and (marks in ([":"], ["/"]) or marks == ["frac", "{", "}", "{", "}"])


def _is_geometry(side: Pieces) -> bool:
    """Whether a side is a name as geometry has them: AB, ∠ABC, |AB|, AB/CD, S_{ABC}, n(A)."""
    if not any(token.kind in ("word", "name", "text") for token in side):
        return False
    return all(
        (token.kind in ("word", "name") and (token.value.isupper() or token.value in ("m", "n")))
        or token.value in _GEOMETRY
        or token.kind == "num"
        or token.kind == "text"
        for token in side
    )


def prose_label(side: Pieces) -> str:
    """Return a label made of words, `number of ways`, in lower case; empty where there is none."""
    if all(token.kind == "text" or (token.kind == "word" and _is_prose(token)) for token in side):
        words = " ".join(token.value for token in side)
        if _DENIED & set(words.lower().split()):
            raise Unreadable("a name that is denied")
        return prose_name(words)
    return ""


def _is_prose(token: Token) -> bool:
    return token.value == "pH" or (len(token.value) > 2 and token.value not in FUNCTIONS and token.value.isalpha())

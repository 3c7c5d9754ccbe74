"""What the left side of an equation names: a symbol, a function at its arguments, a length, a quantity in words."""

from __future__ import annotations

import re

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, split
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.labels import common_index, plain_label, prose_name
from rewards.rules.maths.names import CALLED, FUNCTIONS, GREEK
from rewards.rules.maths.prose import REFUSED
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node

_MARKS = frozenset(["Delta", "nabla", "delta", "overline", "bar", "dot", "ddot"])
_ASKED_FUNCTIONS = frozenset("sin cos tan cot sec csc det arg gcd re im".split())
_MEASURED = frozenset(("cmd", name) for name in ("dim", "deg", "ker", "nabla"))
_LONGEST_NAME = 10
DENIED = frozenset("not never isn't wrong incorrect false maybe perhaps possibly probably either".split())
_GEOMETRY = frozenset("angle triangle overline bar | \\| { } _ ' frac / \\ : widehat arc cap cup".split())


def label_text(side: Pieces) -> str:
    """Return the tokens of a name in a row, without brackets."""
    return "".join(token.value for token in side if not is_op(token, "{", "}", "(", ")", "[", "]"))


def label_of(side: Pieces) -> tuple[str, tuple[str, ...]] | None:
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
    if tuple_ is not None and all(is_symbol(part) for part in split(tuple_, lambda t: is_op(t, ","))):
        return common_index(label_text(side)), ()
    if is_symbol(side):
        index = [token.value for token in side[2:] if token.kind == "name"] if len(side) > 2 else []
        return plain_label(label_text(side)), tuple(index) if len(index) == 1 and len(side) < 6 else ()
    if _is_operation(side) or (side[0][:2] in _MEASURED and len(side) < _LONGEST_NAME):
        return plain_label(label_text(side)), ()
    called = _called(side)
    if called is not None:
        return called
    if len(side) == 1 and side[0].kind == "text" and len(side[0].value) == 1:
        return side[0].value, ()
    prose = prose_name(side[0].value) if len(side) == 1 and side[0].value in ("max", "min") else prose_label(side)
    if prose:
        return prose, ()
    if _is_quotient(side) or _is_geometry(side):
        return plain_label(label_text(side)), ()
    return None


def is_symbol(side: Pieces) -> bool:
    """Whether a side is one letter, with its marks and index."""
    if len(side) > 1 and side[0].kind == "cmd" and side[0].value in _MARKS:
        return is_symbol(enclosed(side[1:], "{", "}") or side[1:])
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


_DERIVATIVE = re.compile(
    r"(?:frac)?(?:d|partial)\d?[A-Za-z]/?(?:d|partial)[A-Za-z]\d?\Z|(?:frac)?partial2[A-Za-z]/?partial[a-z]partial[a-z]\Z"
)


def _is_operation(side: Pieces) -> bool:
    r"""Whether a side asks for what the other gives: an integral, a limit, a derivative."""
    if side[0].kind == "cmd" and side[0].value in ("int", "lim"):
        return True
    return len(side) < 14 and _DERIVATIVE.match(label_text(side).replace("^", "")) is not None


def _called(side: Pieces) -> tuple[str, tuple[str, ...]] | None:
    """Return the name and parameters of `f(x)`, `P(A)`, `T(10)`, `f^{-1}(x)`."""
    at = next((at for at, token in enumerate(side) if is_op(token, "(", "[")), 0)
    if not at:
        return None
    head, arguments = side[:at], enclosed(side[at:], "(", ")") or enclosed(side[at:], "[", "]")
    if arguments is None or head[0].kind not in ("name", "text", "cmd", "word") or head[0].value in FUNCTIONS:
        return None
    name = label_text(head)
    if len(head) > 1 and not is_op(head[1], "_", "'", "''", "^"):
        return None
    one = len(arguments) == 1 and arguments[0].kind in ("name", "num")
    if len(head) == 1 and head[0].kind == "name" and name not in CALLED and not name.isupper() and not one:
        return None
    parameters = tuple(token.value for token in arguments if token.kind == "name")
    if is_op(head[-1], "^") or any(is_op(token, "+", "-", "*", "/") for token in arguments):
        parameters = ()
    return plain_label(f"{name}({''.join(token.value for token in arguments)})"), parameters


def is_quantity(node: Node) -> bool:
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
    if side[0].kind == "num" or not any(token.kind in ("word", "name", "text") for token in side):
        return False  # 90 km/h is no name
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
        if DENIED & set(words.lower().split()):
            raise Unreadable("a name that is denied")
        return prose_name(words)
    return ""


def _is_prose(token: Token) -> bool:
    return token.value == "pH" or (len(token.value) > 2 and token.value not in FUNCTIONS and token.value.isalpha())

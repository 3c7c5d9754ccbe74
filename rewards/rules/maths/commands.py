"""LaTeX commands and functions with their arguments, read off a parser's tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.names import CONSTANTS, FUNCTIONS
from rewards.rules.maths.numerals import decimal_node
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, contains, number, replaced

if TYPE_CHECKING:
    from rewards.rules.maths.parse import Parser


def function(parser: Parser, name: str) -> Node:
    r"""Read a function's power, base and argument: `\sin^2 x`, `\log_2(8)`, `\sqrt[3]{x}`."""
    if name == "sqrt":
        return root(parser)
    power: Node | None = None
    base: Node | None = None
    while parser.is_op("^") or parser.is_op("_"):
        mark = parser.take().value
        value = parser.group("{", "}") if parser.is_op("{") else parser.argument()
        power, base = (value, base) if mark == "^" else (power, value)
    if power == ("neg", number(1)) and f"a{name}" in FUNCTIONS.values():
        name, power = f"a{name}", None
    arguments = function_arguments(parser, name)
    if base is not None:
        arguments = (*arguments, base)
    node: Node = ("fn", name, arguments)
    return node if power is None else ("pow", node, power)


def function_arguments(parser: Parser, name: str) -> tuple[Node, ...]:
    """Read a function's arguments, in brackets or bare."""
    if parser.is_op("\\{"):
        return parser.arguments("\\{", "\\}")
    if parser.is_op("("):
        return parser.arguments()
    if parser.is_op("{"):
        return (parser.group("{", "}"),)
    if parser.is_op("[") and name != "log":
        return (parser.group("[", "]"),)
    negative = False
    while parser.is_op("-"):
        negative ^= parser.take().value == "-"
    factors = [parser.power()]
    while parser.starts_factor() and not _starts_function(parser) and not parser.is_op("("):
        factors.append(parser.power())
    node = product_of(factors)
    if parser.is_op("/") and parser.peek(1).kind == "num" and contains(node, "const"):
        parser.at += 1
        node = ("div", node, parser.power())
    return (("neg", node) if negative else node,)


def _starts_function(parser: Parser) -> bool:
    token = parser.peek()
    return token.value in FUNCTIONS and token.kind in ("cmd", "word") and token.value not in ("sqrt", "zeta", "Gamma")


def root(parser: Parser) -> Node:
    """Read a root and its order."""
    order: Node = number(2)
    if parser.is_op("["):
        order = parser.group("[", "]")
    if parser.is_op("("):
        radicand = parser.group("(", ")")
    elif parser.peek().kind == "num" and (parser.peek().spaced or len(parser.peek().value) > 1):
        radicand = numeral_only(parser)
    else:
        radicand = parser.argument()
    return ("pow", radicand, ("div", number(1), order))


def numeral_only(parser: Parser) -> Node:
    r"""Read the whole number of `√12`; TeX's own `\sqrt12` is √1·2, but nobody means that."""
    return decimal_node(parser.take().value)


def big(parser: Parser, kind: str) -> Node:
    r"""Read a `\sum` or `\prod` with its range."""
    parser.expect("_")
    if not parser.is_op("{"):
        raise Unreadable("a sum without a range")
    parser.expect("{")
    variable = parser.take().value
    parser.expect("=")
    low = parser.sum()
    parser.expect("}")
    parser.expect("^")
    high = parser.group("{", "}") if parser.is_op("{") else parser.argument()
    body = parser.product()
    if variable in CONSTANTS:  # an index named i or e is no constant
        body = replaced(body, ("const", CONSTANTS[variable]), ("sym", variable))
    return (kind, variable, low, high, body)


def product_of(factors: list[Node]) -> Node:
    """Multiply factors; one alone is itself."""
    return factors[0] if len(factors) == 1 else ("mul", tuple(factors))


_OPERATORS = (("sym", "d"), ("sym", "partial"))


def _fraction(parser: Parser) -> Node:
    over = parser.argument()
    under = parser.argument()
    if over in _OPERATORS and under[0] == "mul" and under[1][0] == over and parser.starts_factor():
        raise Unreadable("a derivative")
    return ("div", over, under)


def _binomial(parser: Parser) -> Node:
    upper = parser.argument()
    return ("fn", "binom", (upper, parser.argument()))


def _between(name: str, closing: str) -> Callable[[Parser], Node]:
    def read(parser: Parser) -> Node:
        node = parser.sum()
        if not parser.is_cmd(closing):
            raise Unreadable(f"\\{closing} is missing")
        parser.at += 1
        return ("fn", name, (node,))

    return read


def _marked(mark: str) -> Callable[[Parser], Node]:
    def read(parser: Parser) -> Node:
        name = f"{mark}_{parser.index()}"
        if parser.is_op("_"):
            parser.at += 1
            name += "_" + parser.index()
        return ("sym", name)

    return read


def _angle(parser: Parser) -> Node:
    return ("sym", "angle_" + "".join(token.value for token in iter(lambda: _upper(parser), None)))


def _upper(parser: Parser) -> Token | None:
    token = parser.peek()
    return parser.take() if token.kind in ("word", "name") and (token.value.isupper() or token.kind == "name") else None


def _integral(parser: Parser) -> Node:
    low: Node | None = None
    high: Node | None = None
    while parser.is_op("_") or parser.is_op("^"):
        mark = parser.take().value
        bound = parser.group("{", "}") if parser.is_op("{") else parser.argument()
        low, high = (bound, high) if mark == "_" else (low, bound)
    parser.until_d += 1
    body = parser.sum() if not (parser.peek().value[:1] == "d" and parser.ends_integral()) else number(1)
    parser.until_d -= 1
    token = parser.take()
    if token.value[:1] != "d":
        raise Unreadable("an integral without its d")
    variable = token.value[1:] or parser.take().value
    if low is None or high is None:
        return ("int", variable, ("sym", "?"), ("sym", "?"), body)
    return ("int", variable, low, high, body)


def _limit(parser: Parser) -> Node:
    parser.expect("_")
    parser.expect("{")
    variable = parser.take().value
    if not parser.is_cmd("to"):
        raise Unreadable("a limit without its arrow")
    parser.at += 1
    to = parser.sum()
    parser.expect("}")
    return ("lim", variable, to, parser.product())


def _basis(parser: Parser) -> Node:
    return ("sym", f"basis_{parser.take().value}")


ATOMS: dict[str, Callable[[Parser], Node]] = {
    "basis": _basis,
    "dot": _marked("dot"),
    "ddot": _marked("ddot"),
    "frac": _fraction,
    "binom": _binomial,
    "lfloor": _between("floor", "rfloor"),
    "lceil": _between("ceil", "rceil"),
    "overline": _marked("overline"),
    "bar": _marked("overline"),
    "angle": _angle,
    "int": _integral,
    "lim": _limit,
}

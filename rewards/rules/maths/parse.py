"""From tokens to trees: a recursive-descent parser of LaTeX and plain notation, mixed as people mix them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rewards.rules.maths.commands import ATOMS, big, function, product_of
from rewards.rules.maths.cursor import SHALLOW, is_letter, letter
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.letters import UNNAMED, Letters
from rewards.rules.maths.names import CONSTANTS, FUNCTIONS, GREEK
from rewards.rules.maths.numerals import decimal_node, recurring
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number, symbols

_WHOLE = frozenset("nmkN")
_TIMES = frozenset(["cdot", "times", "ast"])
_BIG_OPERATORS = {"sum": "sum", "prod": "prod"}


def parse(pieces: Sequence[Token], depth: int = SHALLOW) -> Node:
    r"""Read one expression, all of it.

    Raises:
        Unreadable: it is not one expression.
        TooMuch: it nests deeper than `depth`.
    """
    parser = Parser(pieces, depth)
    node = parser.infix()
    if parser.at < len(parser.pieces):
        raise Unreadable(f"unexpected {parser.peek().value!r}")
    return node


class Parser(Letters):
    """Reads expressions off a list of tokens, from `at` on."""

    # Sums, products, powers.

    def infix(self) -> Node:
        r"""A sum, or two with TeX's own `\over` or `\choose` between them."""
        node = self.sum()
        if self.is_cmd("choose"):
            self.at += 1
            return ("fn", "binom", (node, self.sum()))
        if self.is_cmd("over"):
            self.at += 1
            return ("div", node, self.sum())
        return node

    def sum(self) -> Node:
        """Terms joined by plus, minus and plus-minus."""
        terms = [self.product()]
        while True:
            if self.is_op("+"):
                self.at += 1
                terms.append(self.product())
            elif self.is_op("-"):
                self.at += 1
                terms.append(("neg", self.product()))
            elif self.is_cmd("pm", "mp"):
                sign = 1 if self.take().value == "pm" else -1
                terms.append(("pm", sign, self.product()))
            else:
                return terms[0] if len(terms) == 1 else ("add", tuple(terms))

    def product(self) -> Node:
        """Factors, with and without a sign between them."""
        result = self.signed()
        factors = [result]
        while True:
            if self.is_op("*") or self.is_cmd(*_TIMES):
                self.at += 1
                factors.append(self.signed())
            elif self.is_op("/") or self.is_cmd("div"):
                self.at += 1
                self.bracket_word()
                divisor = self.signed()
                factors = [("div", product_of(factors), divisor)]
            elif self.is_cmd("mod") or self.peek()[:2] in (("word", "mod"), ("text", "mod")):
                self.at += 1
                factors = [("fn", "mod", (product_of(factors), self.signed()))]
            elif self.starts_factor():
                factors.append(self.power())
            else:
                return product_of(factors)

    def signed(self) -> Node:
        """A factor with its sign."""
        negative = False
        while self.is_op("-") or self.is_op("+"):
            negative ^= self.take().value == "-"
        if self.is_cmd("pm", "mp"):
            sign = 1 if self.take().value == "pm" else -1
            node: Node = ("pm", sign, self.signed())
        else:
            node = self.power()
        return ("neg", node) if negative else node

    def starts_factor(self) -> bool:
        """Whether a factor may follow without a multiplication sign."""
        token = self.peek()
        if token.kind in ("name", "word"):
            if self.until_d and token.value[0] == "d" and self.ends_integral():
                return False
            return not (token.kind == "word" and token.value in ("and", "or", "mod", "to"))
        if token.kind == "num":
            before = self.pieces[self.at - 1]
            return before.kind != "num"
        if token.kind == "text":
            return is_letter(token.value) or token.value in UNNAMED
        if token.kind == "cmd":
            value = token.value
            return (
                value in FUNCTIONS or value in GREEK or value in CONSTANTS or value in _BIG_OPERATORS or value in ATOMS
            )
        if token.kind == "op":
            return token.value in ("(", "{") or (token.value == "|" and not self.bars) or token.value == "["
        return False

    def power(self) -> Node:
        """An atom with what is written behind it: powers, factorials, percent, degrees."""
        node = self.atom()
        while True:
            if self.is_op("^"):
                self.at += 1
                node = self.raised(node)
            elif self.is_op("!") and not self.is_op("=", 1):
                self.at += 1
                step = 1
                while self.is_op("!"):
                    self.at += 1
                    step += 1
                node = ("fact", node, step)
            elif self.is_op("%"):
                self.at += 1
                node = ("pct", node)
            elif self.is_cmd("circ"):
                self.at += 1
                node = ("deg", node)
            else:
                return node

    def raised(self, base: Node) -> Node:
        """What `base` becomes with the exponent that follows."""
        if self.is_cmd("circ"):
            self.at += 1
            return ("deg", base)
        if self.is_op("{") and self.peek(1) == ("cmd", "circ", self.peek(1).spaced, "") and self.is_op("}", 2):
            self.at += 3
            return ("deg", base)
        return ("pow", base, self.exponent())

    def exponent(self) -> Node:
        """Read an exponent: a group, or one character as TeX has it, or a signed number in plain notation."""
        if self.is_op("{"):
            return self.group("{", "}")
        if self.is_op("-") or self.is_op("+"):
            negative = self.take().value == "-"
            inner = self.exponent()
            return ("neg", inner) if negative else inner
        self.split_word()
        node = self.atom()
        if self.is_op("^"):
            self.at += 1
            return ("pow", node, self.exponent())
        return node

    # Atoms.

    def group(self, left: str, right: str) -> Node:
        """Read one expression between brackets."""
        self.expect(left)
        self.depth -= 1
        if self.depth < 0:
            raise TooMuch("brackets nest too deep")
        bars, self.bars = self.bars, 0
        until, self.until_d = self.until_d, 0
        node = self.infix()
        self.bars, self.until_d = bars, until
        self.expect(right)
        self.depth += 1
        return node

    def atom(self) -> Node:
        """Read a number, a symbol, a function with its argument, or a bracketed expression."""
        token = self.peek()
        if token.kind == "num":
            return self.numeral()
        if token.kind in ("name", "word", "text"):
            return self.name()
        if token.kind == "cmd":
            return self.command()
        if token.kind == "op":
            if token.value in ("^", "_") or (token.value == "{" and self.is_op("}", 1)):
                return self.prescript()
            if token.value in _BRACKETS:
                before = self.pieces[self.at - 1] if self.at else token
                node = self.group(token.value, _BRACKETS[token.value])
                return ("fn", "floor", (node,)) if token.value == "[" and self.is_whole_part(before, node) else node
            if token.value in ("|", "\\|"):
                return self.modulus(token.value)
            if token.value in "+-":
                return self.signed()
        raise Unreadable(f"unexpected {token.value or 'end'!r}")

    def is_whole_part(self, before: Token, node: Node) -> bool:
        r"""Whether square brackets are Gauss's, `[\frac{n+1}{2}]` and `x - [x]`: they group nothing there."""
        if self.is_op("^") or self.is_op("_") or before.kind not in ("num", "op") or self.starts_factor():
            return False
        if node == ("sym", "x"):
            return True
        halved = node[0] == "div" and node[2][0] == "num" and node[1][0] in ("sym", "add")
        return halved and bool(symbols(node)) and symbols(node) <= _WHOLE

    def modulus(self, bar: str) -> Node:
        """Read an absolute value."""
        self.expect(bar)
        self.bars += 1
        node = self.sum()
        self.bars -= 1
        self.expect(bar)
        return ("fn", "abs", (node,))

    def numeral(self) -> Node:
        """Read a number: plain, recurring, or mixed."""
        token = self.take()
        whole = decimal_node(token.value)
        if (periodic := recurring(self, token)) is not None:
            return periodic
        if whole[0] != "num" or "e" in token.value:
            return whole
        mixed = self.mixed(whole[1])
        return whole if mixed is None else mixed

    def mixed(self, whole: Fraction) -> Node | None:
        r"""Read the fraction of a mixed number: `2\frac{1}{3}` and `2 1/3`."""
        start = self.at
        part: Node | None = None
        if self.is_cmd("frac"):
            part = self.command()
        elif self.peek().kind == "num" and self.peek().spaced and self.is_op("/", 1) and self.peek(2).kind == "num":
            over, _, under = self.take(), self.take(), self.take()
            part = ("div", decimal_node(over.value), decimal_node(under.value))
        if part is not None and part[0] == "div" and part[1][0] == part[2][0] == "num":
            over_value, under_value = part[1][1], part[2][1]
            if 0 < over_value < under_value and over_value.denominator == under_value.denominator == 1:
                return number(whole + over_value / under_value)
        self.at = start
        return None

    def command(self) -> Node:
        """Read a LaTeX command with its arguments."""
        name = self.take().value
        if name in ATOMS:
            return ATOMS[name](self)
        if name in FUNCTIONS and not (name in GREEK and not self.is_op("(")):
            return self.called_function(FUNCTIONS[name])
        if name in _BIG_OPERATORS:
            return big(self, name)
        if name in GREEK or name in CONSTANTS:
            return self.symbol(name)
        raise Unreadable(f"the command \\{name}")

    def called_function(self, name: str) -> Node:
        """Read a known function's argument."""
        return function(self, name)

    def argument(self) -> Node:
        r"""Read a TeX argument: a group, a digit, a letter or a command."""
        if self.is_op("{"):
            return self.group("{", "}")
        token = self.peek()
        if token.kind == "num" and len(token.value) > 1 and "." not in token.value:
            rest = Token("num", token.value[1:], False, token.raw[1:])
            self.pieces[self.at : self.at + 1] = [token._replace(value=token.value[0]), rest]
            return decimal_node(self.take().value)
        self.split_word()
        if self.peek().kind == "name":
            return letter(self.take().value)
        if token.kind == "num":
            return decimal_node(self.take().value)
        return self.atom()


_BRACKETS = {"(": ")", "[": "]", "{": "}"}

"""What stands in an expression by name: letters with their marks, words, calls, and the combinations written so."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rewards.rules.maths.cursor import Cursor, letter, looks_like_factors
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.names import CALLED, CONSTANTS, FUNCTIONS, GREEK
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number

UNNAMED = frozenset(
    ["constant", "const", "const.", "Constant", "a constant", "some constant", "arbitrary constant", "cst", "C"]
)
"""Texts that stand for a constant of integration."""


class Letters(Cursor, ABC):
    """Reads names; how sums, groups and TeX arguments are read is for the subclass."""

    @abstractmethod
    def sum(self) -> Node:
        """Terms joined by signs."""

    @abstractmethod
    def group(self, left: str, right: str) -> Node:
        """One expression between brackets."""

    @abstractmethod
    def called_function(self, name: str) -> Node:
        """A known function with its argument."""

    @abstractmethod
    def argument(self) -> Node:
        """A TeX argument."""

    def name(self) -> Node:
        """Read a letter, a function by its plain name, or several letters that are factors."""
        token = self.take()
        value = token.value
        if token.kind == "text" and value in UNNAMED:
            return ("sym", "C")
        if token.kind == "word" or (token.kind == "text" and len(value) > 1):
            return self.word(token)
        after = self.peek()
        index = after.kind == "num" and not after.spaced and "." not in after.value and not self.is_op("^", 1)
        if token.kind == "name" and index:
            return ("sym", f"{value}_{self.take().value}")
        return self.symbol(value)

    def word(self, token: Token) -> Node:
        """Read a word: a function, a constant, or a product of letters."""
        value = token.value
        if value in FUNCTIONS:
            return self.called_function(FUNCTIONS[value])
        if value in CONSTANTS or value in GREEK:
            return self.symbol(value)
        prose = len(self.pieces) == 1 or any(piece.kind in ("word", "text") for piece in (self.peek(), self.peek(-2)))
        if token.kind == "word" and looks_like_factors(value, prose):
            self.at -= 1
            self.pieces[self.at : self.at + 1] = [Token("name", letter) for letter in value]
            return self.name()
        raise Unreadable(f"the word {value!r} in an expression")

    def symbol(self, name: str) -> Node:
        """Read what may follow a symbol: primes, an index, arguments."""
        base = name
        while self.is_op("'") or self.is_op("''"):
            base += self.take().value
        if self.is_op("_"):
            self.at += 1
            base += "_" + self.index()
        if base in CALLED and self.is_op("^") and self._is_inverse():
            self.at += 5
            base += "^-1"
        while self.is_op("'"):
            base += self.take().value
        if base[0] in "CA" and (chosen := self.combination(base)) is not None:
            return chosen
        if base.rstrip("'").split("_")[0].split("^")[0] in CALLED and self.is_op("("):
            return ("call", base, self.arguments())
        return letter(base)

    def combination(self, base: str) -> Node | None:
        """Read `C_n^k` and `C(n, k)` as binomials, `A_5^2` as arrangements; None where this is none of them."""
        start = self.at
        if base.startswith("C_") and base[2:] and self.is_op("^"):
            self.at += 1
            lower = self.group("{", "}") if self.is_op("{") else self.argument()
            upper = base[2:]
            if upper.isdigit() or (len(upper) == 1 and upper.isalpha()):
                return ("fn", "binom", (number(int(upper)) if upper.isdigit() else ("sym", upper), lower))
        elif base[:2] == "A_" and base[2:].isdigit() and int(base[2:4]) > 2 and self.is_op("^"):  # A_1^2 is a square
            self.at += 1
            lower = self.group("{", "}") if self.is_op("{") else self.argument()
            if lower[0] == "num":
                return ("mul", (("fn", "binom", (number(int(base[2:])), lower)), ("fact", lower, 1)))
        elif base == "C" and self.is_op("(") and self.is_op(",", 2):
            return ("fn", "binom", self.arguments())
        self.at = start
        return None

    def prescript(self) -> Node:
        r"""Read `{}^{n}C_{k}` and `_nP_k`: a number of combinations or arrangements."""
        if self.is_op("{"):
            self.at += 2
        if not (self.is_op("^") or self.is_op("_")):
            raise Unreadable("an empty group")
        self.at += 1
        upper = self.group("{", "}") if self.is_op("{") else self.argument()
        kind = self.take().value
        if kind not in ("C", "P", "A") or not self.is_op("_"):
            raise Unreadable("an index before a letter")
        self.at += 1
        lower = self.group("{", "}") if self.is_op("{") else self.argument()
        chosen: Node = ("fn", "binom", (upper, lower))
        return chosen if kind == "C" else ("mul", (chosen, ("fact", lower, 1)))

    def _is_inverse(self) -> bool:
        return [token.value for token in self.pieces[self.at + 1 : self.at + 6]] == ["{", "-", "1", "}", "("]

    def arguments(self, left: str = "(", right: str = ")") -> tuple[Node, ...]:
        """Read arguments in parentheses."""
        self.expect(left)
        self.depth -= 1
        if self.depth < 0:
            raise TooMuch("brackets nest too deep")
        bars, self.bars = self.bars, 0
        arguments = [self.sum()]
        while self.is_op(",") or self.is_op(";"):
            self.at += 1
            arguments.append(self.sum())
        self.bars = bars
        self.expect(right)
        self.depth += 1
        return tuple(arguments)

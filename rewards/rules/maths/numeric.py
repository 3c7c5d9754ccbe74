"""Numeric values of expressions at chosen points, in complex floats; `precise` does the same in more digits."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.tree import Node, children

MOST_TERMS = 3000


class Undefined(ArithmeticError):
    """No value at this point: a pole, a logarithm of zero."""


class Imprecise(ArithmeticError):
    """Floats can't tell: terms cancel or drown each other."""


class Floats:
    """Evaluates in complex floats and refuses where they would mislead."""

    def __init__(self, most_steps: int = 20_000) -> None:
        self.steps = most_steps

    def value(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Return the value of `node` with symbols standing for the numbers in `at`.

        Raises:
            Undefined, Imprecise, TooMuch, Unreadable: there is no number to give.
        """
        self.steps -= 1
        if self.steps < 0:
            raise TooMuch("evaluation takes too many steps")
        try:
            result = getattr(self, "tag_" + node[0])(node, at)
        except (TooMuch, Unreadable):
            raise
        except (ZeroDivisionError, ValueError) as error:
            raise Undefined(str(error)) from None
        except OverflowError:
            raise TooMuch("a value too large") from None
        if result != result:
            raise Undefined("not a number")
        # a negative zero would choose another branch of a root or logarithm, and Python 3.14 makes more of them
        return result + 0j if type(result) is complex else result

    def number(self, value: Fraction) -> Any:
        """Turn a fraction into this arithmetic's number."""
        number = value.numerator / value.denominator
        if number == 0 and value:
            raise Imprecise("too small for floats")
        return complex(number)

    def constant(self, name: str) -> Any:
        """Return a constant in this arithmetic."""
        return {"pi": complex(math.pi), "e": complex(math.e), "i": 1j}[name]

    def tag_num(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate a number."""
        return self.number(node[1])

    tag_dec = tag_num

    def tag_sym(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Look a symbol up."""
        if node[1] not in at:
            raise Unreadable(f"the symbol {node[1]} has no value")
        return at[node[1]]

    def tag_const(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate a constant."""
        if node[1] == "oo":
            raise TooMuch("infinity in an expression")
        return self.constant(node[1])

    def tag_add(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Add, and refuse where terms cancel or drown."""
        return self.total([self.value(term, at) for term in node[1]])

    def total(self, terms: list[Any]) -> Any:
        """Add numbers."""
        total = sum(terms)
        largest = max(abs(term) for term in terms)
        if largest and abs(total) < 1e-6 * largest:
            raise Imprecise("terms cancel")
        if any(term and abs(term) < 1e-11 * largest for term in terms):
            raise Imprecise("a term drowns")
        return total

    def tag_mul(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Multiply."""
        result = self.number(Fraction(1))
        for factor in node[1]:
            result *= self.value(factor, at)
        return self.finite(result)

    def finite(self, value: Any) -> Any:
        """Refuse what is near the ends of the range of floats."""
        if abs(value) > 1e150 or 0 < abs(value) < 1e-150:
            raise TooMuch("out of the range of floats")
        return value

    def tag_div(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Divide."""
        return self.finite(self.value(node[1], at) / self.value(node[2], at))

    def tag_neg(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Negate."""
        return -self.value(node[1], at)

    def tag_pct(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Take a hundredth."""
        return self.value(node[1], at) / 100

    def tag_deg(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Turn degrees into radians."""
        return self.value(node[1], at) * self.constant("pi") / 180

    def tag_pow(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Raise to a power; odd roots of negative numbers are the real ones."""
        base, exponent = self.value(node[1], at), self.value(node[2], at)
        if base == 0:
            if exponent == 0:
                return self.number(Fraction(1))
            if exponent.real > 0:
                return base
            raise Undefined("zero to a negative power")
        order = odd_root(node[2]) if base.imag == 0 and base.real < 0 else 0
        if order:
            root = self.power(-base, exponent)
            return -root if order % 2 else root
        return self.power(base, exponent)

    def power(self, base: Any, exponent: Any) -> Any:
        """Raise a number other than zero to a power."""
        if base.imag == 0 and exponent.imag == 0:
            if exponent.real == int(exponent.real) and abs(exponent.real) < 1000:
                return self.finite(complex(base.real ** int(exponent.real)))
            if base.real > 0:
                return self.finite(complex(base.real**exponent.real))
        if abs(exponent * cmath.log(base)) > 340:
            raise TooMuch("a power out of the range of floats")
        return self.finite(base**exponent)

    def tag_fact(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate a factorial."""
        n = self.value(node[1], at)
        if n.imag or n.real < 0:
            raise Undefined("a factorial of what is no natural number")
        if n.real > 90:
            raise TooMuch("a large factorial")
        if node[2] == 1:
            return complex(math.gamma(n.real + 1))
        if n.real != int(n.real):
            raise Undefined("a multiple factorial of a fraction")
        return complex(math.prod(range(int(n.real), 0, -node[2])))

    def tag_call(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Give a function that nobody defined the values of some smooth function of its own."""
        seed = sum(ord(c) * 31**i for i, c in enumerate(node[1])) % 997 / 997
        total = seed + 0.5
        for place, argument in enumerate(node[2]):
            z = self.value(argument, at)
            if abs(z) > 40:
                raise Undefined("an unknown function far out")
            total += (place + 1) * self.apply("sin", (0.7 + seed) * z + seed + 3) + 0.3 * z
        return total

    def tag_fn(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate a known function."""
        name = node[1]
        z = [self.value(argument, at) for argument in node[2]]
        if name == "log" and len(z) == 2:
            return self.apply("ln", z[0]) / self.apply("ln", z[1])
        if name in ("max", "min") and not any(x.imag for x in z):
            return (max if name == "max" else min)(z, key=lambda x: x.real)
        if name == "binom":
            return self.binomial(*z)
        if name == "mod" and not any(x.imag for x in z):
            return self.number(Fraction(1)) * (z[0].real % z[1].real)
        if len(z) != 1:
            raise Unreadable(f"{name} of {len(z)} arguments")
        return self.apply(name, z[0])

    def binomial(self, upper: Any, lower: Any) -> Any:
        """Evaluate a binomial coefficient."""
        if upper.imag or lower.imag or min(lower.real, upper.real - lower.real) < 0:
            raise Undefined("a binomial outside its usual range")
        if upper.real > 60:
            raise TooMuch("a large binomial")
        gamma = math.gamma
        return complex(gamma(upper.real + 1) / gamma(lower.real + 1) / gamma(upper.real - lower.real + 1))

    def apply(self, name: str, z: Any) -> Any:
        """Apply a function of one argument."""
        if name in ("sin", "cos", "tan", "cot", "sec", "csc") and abs(z) > 1e5:
            raise Imprecise("an angle too large for floats")
        if name in ("floor", "ceil"):
            if z.imag or abs(z.real - round(z.real)) < 1e-9:
                raise Imprecise("a step at a whole number")
            return complex(math.floor(z.real) if name == "floor" else math.ceil(z.real))
        function = _FUNCTIONS.get(name)
        if function is None:
            raise Unreadable(f"the function {name}")
        result = function(z)
        if name in _VANISHING and abs(result) < 1e-9:
            raise Imprecise("a value near zero")
        return self.finite(result)

    def tag_sum(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Add or multiply out a finite range."""
        low, high = self.value(node[2], at), self.value(node[3], at)
        first, last = round(low.real), round(high.real)
        if abs(low - first) > 1e-9 or abs(high - last) > 1e-9:
            raise Undefined("a sum between fractions")
        if last - first > MOST_TERMS:
            raise TooMuch("a sum of too many terms")
        one = self.number(Fraction(1))
        values = [self.value(node[4], {**at, node[1]: one * k}) for k in range(first, last + 1)]
        if node[0] == "prod":
            return self.finite(math.prod(values, start=one))
        return self.finite(sum(values, start=0 * one))

    tag_prod = tag_sum

    def tag_int(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Leave integrals to more digits."""
        raise TooMuch("an integral")

    def tag_lim(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Leave limits to others."""
        raise Unreadable("a limit")

    def tag_pm(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Refuse: ± is two values."""
        raise Unreadable("± inside a value")


def odd_root(exponent: Node) -> int:
    """Return the numerator of an exponent written as a fraction with an odd denominator; 0 for any other."""
    sign = 1
    if exponent[0] == "neg":
        exponent, sign = exponent[1], -1
    if exponent[0] == "div" and exponent[1][0] == exponent[2][0] == "num":
        value = exponent[1][1] / exponent[2][1]
        if value.denominator % 2 and value.denominator > 1:
            return int(sign * value.numerator)
    return 0


def branches(node: Node) -> bool:
    """Whether values off the positive axis depend on a choice of branch."""
    if node[0] == "fn" and node[1] in _BRANCHED:
        return True
    if node[0] == "pow" and node[1][0] not in ("const", "num"):
        exponent = node[2][1] if node[2][0] == "neg" else node[2]
        if exponent[0] != "num":
            return True
    return any(branches(child) for child in children(node))


_BRANCHED = frozenset(
    "ln log lg asin acos atan acot asec acsc acosh atanh asinh abs floor ceil max min mod sign arg re im conj gcd "
    "cbrt".split()
)
_VANISHING = frozenset("sin cos tan cot ln log lg".split())


def _inverse(function: Callable[[complex], complex]) -> Callable[[complex], complex]:
    return lambda z: 1 / function(z)


def _real_only(function: Callable[[float], float]) -> Callable[[complex], complex]:
    def call(z: complex) -> complex:
        if z.imag:
            raise Undefined("a real function of a complex number")
        return complex(function(z.real))

    return call


_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "cot": _inverse(cmath.tan), "sec": _inverse(cmath.cos),
    "csc": _inverse(cmath.sin), "asin": cmath.asin, "acos": cmath.acos, "atan": cmath.atan,
    "acot": lambda z: cmath.pi / 2 - cmath.atan(z), "asec": lambda z: cmath.acos(1 / z),
    "acsc": lambda z: cmath.asin(1 / z), "sinh": cmath.sinh, "cosh": cmath.cosh, "tanh": cmath.tanh,
    "coth": _inverse(cmath.tanh), "sech": _inverse(cmath.cosh), "csch": _inverse(cmath.sinh), "asinh": cmath.asinh,
    "acosh": cmath.acosh, "atanh": cmath.atanh, "ln": cmath.log, "log": cmath.log, "lg": cmath.log10,
    "exp": cmath.exp, "abs": lambda z: complex(abs(z)), "re": lambda z: complex(z.real),
    "im": lambda z: complex(z.imag), "arg": lambda z: complex(cmath.phase(z)), "conj": lambda z: z.conjugate(),
    "gamma": _real_only(math.gamma), "erf": _real_only(math.erf), "erfc": _real_only(math.erfc),
    "sign": _real_only(lambda x: float((x > 0) - (x < 0))), "cis": lambda z: cmath.exp(1j * z),
    "cbrt": _real_only(lambda x: math.copysign(abs(x) ** (1 / 3), x)),
}  # fmt: skip

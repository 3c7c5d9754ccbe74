"""The same evaluation in mpmath's numbers, for workers: as many digits as the question needs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from mpmath import mp  # type: ignore[import-untyped]

from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.numeric import Floats, Imprecise, Undefined
from rewards.rules.maths.tree import Node, contains

_MOST_EXPONENT = 1e15
_MOST_SMALL = 1e4
_NAMES = {
    "lg": "log10", "ln": "log", "abs": "fabs", "asec": "asec", "conj": "conj", "im": "im", "re": "re", "arg": "arg",
}  # fmt: skip
_KNOWN = frozenset(
    "sin cos tan cot sec csc asin acos atan asec acsc sinh cosh tanh coth sech csch asinh acosh atanh ln log lg exp "
    "abs re im arg conj gamma erf erfc sign zeta floor ceil cbrt".split()
)


def _grows_like_the_harmonic(term: Callable[[int], Any]) -> bool:
    """Whether `k * term(k)` stays above some positive number: extrapolation would make up a sum, and take long."""
    try:
        products = [k * term(k) for k in (10**4, 10**6, 10**8)]
    except (TooMuch, Unreadable, Imprecise, Undefined, ArithmeticError, ValueError):
        return False
    if any(product.imag or product.real <= 0 for product in products):
        return False
    return all(later.real >= earlier.real * 0.999 for earlier, later in itertools.pairwise(products))


class Precise(Floats):
    """Evaluates with `digits` digits; terms that cancel to the last of them are zero."""

    def __init__(self, digits: int, most_steps: int = 100_000) -> None:
        super().__init__(most_steps)
        self.digits = digits
        self._inside = 0
        self._sampled = 0
        mp.dps = digits + 10

    def number(self, value: Fraction) -> Any:
        """Turn a fraction into a complex number of many digits."""
        return mp.mpc(mp.mpf(value.numerator) / value.denominator)

    def constant(self, name: str) -> Any:
        """Return a constant to the full precision."""
        return {"pi": mp.mpc(mp.pi), "e": mp.mpc(mp.e), "i": mp.mpc(0, 1)}[name]

    def tag_const(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate a constant; infinity has no value."""
        if node[1] == "oo":
            raise Unreadable("infinity in an expression")
        return self.constant(node[1])

    def total(self, terms: list[Any]) -> Any:
        """Add; what cancels to the last digits is zero."""
        total = sum(terms)
        largest = max(abs(term) for term in terms)
        if not self._sampled and any(term and abs(term) < largest * mp.mpf(10) ** (10 - self.digits) for term in terms):
            raise Imprecise("a term drowns")  # but not in the 1 + x of an integrand near its end
        return mp.mpc(0) if abs(total) < largest * mp.mpf(10) ** (8 - self.digits) else total

    def finite(self, value: Any) -> Any:
        """Refuse infinities."""
        if mp.isinf(value):
            raise Undefined("infinite")
        return value

    def power(self, base: Any, exponent: Any) -> Any:
        """Raise to a power within bounds."""
        if self._sampled and base and (mp.log(base) * exponent).real < -_MOST_SMALL:
            return mp.mpc(0)  # the tail of an integrand
        if abs(exponent) > _MOST_EXPONENT or abs(mp.log(base)) > _MOST_EXPONENT:
            raise TooMuch("a power beyond all bounds")
        return mp.power(base, exponent)

    def tag_fact(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate a factorial by the gamma function."""
        n = self.value(node[1], at)
        if n.imag or n.real < 0:
            raise Undefined("a factorial of what is no natural number")
        if n.real > 1e12:
            raise TooMuch("a large factorial")
        return mp.mpc(mp.gamma(n.real + 1)) if node[2] == 1 else super().tag_fact(node, at)

    def binomial(self, upper: Any, lower: Any) -> Any:
        """Evaluate a binomial coefficient, large ones by logarithms."""
        if upper.imag or lower.imag or abs(upper) > 1e12 or min(lower.real, upper.real - lower.real) < 0:
            raise Undefined("a binomial outside its usual range")
        if upper.real < 1000:
            return mp.mpc(mp.binomial(upper.real, lower.real))
        gamma = mp.loggamma
        return mp.exp(gamma(upper + 1) - gamma(lower + 1) - gamma(upper - lower + 1))

    def apply(self, name: str, z: Any) -> Any:
        """Apply a function of one argument."""
        if name not in _KNOWN:
            if name == "acot":
                return mp.pi / 2 - mp.atan(z)
            if name == "cis":
                return mp.exp(mp.mpc(0, 1) * z)
            raise Unreadable(f"the function {name}")
        if abs(z) > 1e30 and name not in ("ln", "log", "lg", "abs", "re", "im", "sign"):
            raise TooMuch("an argument beyond all bounds")
        if name in ("gamma", "zeta") and abs(z) > 1e6:
            raise TooMuch("a large argument")
        if name in ("floor", "ceil"):
            return self._step(name, z)
        result = getattr(mp, _NAMES.get(name, name))(z)
        if abs(result) < mp.mpf(10) ** (8 - self.digits) and name in ("sin", "cos", "tan", "cot", "ln", "log", "lg"):
            return mp.mpc(0)
        return mp.mpc(result)

    def _step(self, name: str, z: Any) -> Any:
        if z.imag:
            raise Undefined("a step of a complex number")
        nearest = mp.nint(z.real)
        if abs(z.real - nearest) < mp.mpf(10) ** (8 - self.digits):
            return mp.mpc(nearest)
        return mp.mpc(getattr(mp, name)(z.real))

    def tag_int(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Integrate numerically between bounds."""
        _, variable, low, high, body = node
        if low == ("sym", "?"):
            raise Unreadable("an integral without bounds")
        ends = [self._bound(low, at), self._bound(high, at)]

        def height(x: Any) -> Any:
            return self._sample(body, {**at, variable: mp.mpc(x)})

        if self._inside or contains(body, "int"):  # every degree more multiplies the points of all of them
            self._inside += 1
            try:
                value, error = mp.quad(height, ends, error=True, method="gauss-legendre", maxdegree=4)
            finally:
                self._inside -= 1
        else:
            value, error = mp.quad(height, ends, error=True)
        if error > mp.mpf(10) ** -12 * (1 + abs(value)):
            raise Imprecise("an integral that does not converge")
        return mp.mpc(value)

    def _sample(self, body: Node, at: Mapping[str, Any]) -> Any:
        """Evaluate an integrand or a term of a series, where terms may drown."""
        self._sampled += 1
        try:
            return self.value(body, at)
        finally:
            self._sampled -= 1

    def _bound(self, node: Node, at: Mapping[str, Any]) -> Any:
        if node == ("const", "oo"):
            return mp.inf
        if node == ("neg", ("const", "oo")):
            return -mp.inf
        return self.value(node, at).real

    def tag_sum(self, node: Node, at: Mapping[str, Any]) -> Any:
        """Add a finite range, or an infinite series that converges."""
        if node[3] != ("const", "oo") or node[0] != "sum":
            return super().tag_sum(node, at)
        first = round(self.value(node[2], at).real)

        def term(k: Any) -> Any:
            return self._sample(node[4], {**at, node[1]: mp.mpc(k)})

        if not contains(node[4], "sum", "prod", "int") and _grows_like_the_harmonic(term):
            raise Undefined("a series that diverges")
        return mp.mpc(mp.nsum(term, [first, mp.inf]))

    tag_prod = tag_sum

"""Numbers and expressions compared: exact value, digits shown, percent, units, degrees, renamed constants."""

from __future__ import annotations

from fractions import Fraction

from rewards.rules.maths.angles import is_angle
from rewards.rules.maths.constants import same_up_to_constants
from rewards.rules.maths.conventions import common_log, constant_renamings, same_order, uncalled, without_degrees
from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.errors import TooMuch
from rewards.rules.maths.exact import exact
from rewards.rules.maths.measures import measures, real, scaled
from rewards.rules.maths.nouns import multiplies, other_nouns
from rewards.rules.maths.readings import Value
from rewards.rules.maths.tree import Node, contains, substituted, symbols
from rewards.rules.maths.units import PERCENT, Unit

_NUMERAL = frozenset(["num", "dec"])
_LEAST_DIGITS = 4
"""Significant digits that a rounded answer must show where the reference is exact."""


def same_value(reference: Value, answer: Value, effort: Effort, strict: bool) -> tuple[bool, str]:
    """Compare two values; the second part says which comparison decided.

    Raises:
        Undecided: it takes more effort.
    """
    if other_nouns(reference, answer):
        return False, "other things were counted"
    percent = _percent(reference.node, answer.node, effort, strict)
    if percent is not None:
        if percent[0] and _other_rates(reference, answer):
            return False, "a share of something else"
        if percent[0] and any(measures(unit) or multiplies(unit) for unit in (reference.unit, answer.unit)):
            return False, "a percentage and a measure"
        return percent
    if reference.unit is not None or answer.unit is not None:
        brought = scaled(reference, answer, strict)
        ours, theirs = reference.plain or reference.node, answer.plain or answer.node
        either = reference.plain is not None or answer.plain is not None
        factors = either and symbols(ours) == symbols(theirs) != frozenset()  # 2m is twice m, but 0 m is no 0 s
        if brought is None:
            return same_node(ours, theirs, effort, True) if factors else (False, "units differ")
        left, right, how = brought
        equal, why = same_node(left, right, effort, strict)
        if not equal and factors:
            equal, why = same_node(ours, theirs, effort, strict)
        return equal, f"{why}, {how}" if how else why
    return same_node(reference.node, answer.node, effort, strict)


def same_node(reference: Node, answer: Node, effort: Effort, strict: bool) -> tuple[bool, str]:
    """Compare two expressions by value, then as far as digits are shown, then with constants renamed."""
    undecided: Undecided | None = None
    if reference[0] in _NUMERAL and answer[0] in _NUMERAL:
        return _same_numbers(reference, answer, effort, strict)
    if contains(reference, "call") != contains(answer, "call"):  # v(t+1) is a product where v is a symbol elsewhere
        reference, answer = uncalled(reference, symbols(answer)), uncalled(answer, symbols(reference))
    try:
        if same(reference, answer, effort):
            return True, "equal in value"
    except Undecided as error:
        undecided = error
    if not strict:
        free = symbols(reference) | symbols(answer)
        if not free:
            rounded = _rounded(reference, answer)
            if rounded:
                return True, rounded
        if undecided is None:
            if common_log(reference, answer, effort):
                return True, "equal with log to base 10"
            if free and (how := _by_convention(reference, answer, effort)):
                return True, how
    if undecided is not None:
        raise undecided
    return False, "values differ"


def _by_convention(reference: Node, answer: Node, effort: Effort) -> str:
    """Say by which convention two expressions with symbols are the same; empty where they are not."""
    for names in constant_renamings(reference, answer):
        if same(reference, substituted(answer, names), effort):
            return "equal with constants renamed"
    if symbols(reference) and contains(reference, "deg") != contains(answer, "deg"):
        plain = without_degrees(reference), without_degrees(answer)
        if plain != (reference, answer) and not any(is_angle(node) for node in plain) and same(*plain, effort):
            return "equal with the degree sign on one side only"
    if same_order(reference, answer):
        return "of the same order"
    return "equal but for the constants of integration" if same_up_to_constants(reference, answer) else ""


def _same_numbers(reference: Node, answer: Node, effort: Effort, strict: bool) -> tuple[bool, str]:
    """Compare two numbers as they are written: none of what expressions may share applies."""
    if same(reference, answer, effort):
        return True, "equal in value"
    rounded = "" if strict else _rounded(reference, answer)
    return bool(rounded), rounded or "values differ"


def _percent(reference: Node, answer: Node, effort: Effort, strict: bool) -> tuple[bool, str] | None:
    """Compare where a percent sign stands on one side: 28 % is 0.28, and 28 where the sign was left off."""
    ours, theirs = _of_percent(reference), _of_percent(answer)
    if ours is None and theirs is None:
        return None
    if ours is not None and theirs is not None:
        return same_node(ours, theirs, effort, strict)
    precise = ours is None or _shows_digits(ours)
    equal, why = same_node(reference, answer, effort, strict) if precise else _exactly(reference, answer, effort)
    if equal or strict or (ours is None and _below_one(reference)):
        return equal, why
    equal, why = same_node(ours or reference, theirs or answer, effort, strict)
    return equal, f"{why}, the percent sign left off" if equal else why


def _shows_digits(node: Node) -> bool:
    """Whether a percentage shows three digits and more, as a rounded one does: 33.3 %."""
    digits = shown(node)
    return digits is not None and _digits(*digits) > 2


def _below_one(node: Node) -> bool:
    """Whether a number without a percent sign looks like a share and not like percent."""
    value = _number(node) if not symbols(node) else None
    return value is not None and abs(value) < 1


def _exactly(reference: Node, answer: Node, effort: Effort) -> tuple[bool, str]:
    equal = same(reference, answer, effort)
    return equal, "equal in value" if equal else "values differ"


def _of_percent(node: Node) -> Node | None:
    if node[0] == "pct":
        inner: Node = node[1]
        return inner
    if node[0] == "neg" and node[1][0] == "pct":
        return ("neg", node[1][1])
    return None


def _is_percent(unit: Unit) -> bool:
    return unit.shown.split(" ")[0] in PERCENT


def _other_rates(reference: Value, answer: Value) -> bool:
    """Whether percentages are of different rates, or one stands against a count: 4 % a month, 25 students."""
    ours, theirs = real(reference.unit), real(answer.unit)
    if ours is not None and theirs is not None and ours[:2] != theirs[:2]:
        return True
    bare = [value.unit for value in (reference, answer) if _of_percent(value.node) is None]
    return len(bare) == 1 and bare[0] is not None and bare[0].is_noun and not _is_percent(bare[0])


def shown(node: Node) -> tuple[Fraction, Fraction] | None:
    r"""Return a decimal's value and the size of its last digit, powers of ten included; None for others."""
    if node[0] == "dec":
        return node[1], Fraction(10) ** -node[2]
    if node[0] == "neg":
        inner = shown(node[1])
        return None if inner is None else (-inner[0], inner[1])
    if node[0] == "pct":
        inner = shown(node[1])
        return None if inner is None else (inner[0] / 100, inner[1] / 100)
    if node[0] == "mul" and len(node[1]) == 2 and node[1][1][0] == "pow" and node[1][1][1] == ("num", Fraction(10)):
        inner = shown(node[1][0])
        if inner is None:
            return None
        try:
            power = exact(node[1][1], 4000)
        except (TooMuch, ZeroDivisionError):
            return None
        return None if power is None else (inner[0] * power, inner[1] * power)
    return None


def _digits(value: Fraction, last: Fraction) -> int:
    return len(str(abs(int(value / last)))) if value else 1


def _rounded(reference: Node, answer: Node) -> str:
    """Say how one value is the other rounded; empty where it is not."""
    ours, theirs = shown(reference), shown(answer)
    if ours is not None:
        value = _number(answer)
        if value is None:
            return ""
        return _rounds_to(value, ours, theirs)
    if theirs is None:
        return ""
    value = _number(reference)
    if value is None or _is_short(reference):
        return ""
    decimal, last = theirs
    close = abs(value - decimal) <= last / 2 * Fraction(1001, 1000)
    return "equal to the digits the answer shows" if close and _digits(decimal, last) >= _LEAST_DIGITS else ""


def _rounds_to(value: Fraction, ours: tuple[Fraction, Fraction], theirs: tuple[Fraction, Fraction] | None) -> str:
    """Say whether a value rounds to the reference's digits."""
    decimal, last = ours
    digits = _digits(decimal, last)
    off = abs(value - decimal)
    if theirs is not None and _digits(*theirs) > 14 and off <= abs(decimal) * Fraction(1, 10**12):
        return "equal up to the noise of floats"
    if theirs is not None and theirs[1] >= last:
        fewer = digits > 8 and _digits(*theirs) >= _LEAST_DIGITS and off <= theirs[1] / 2 * Fraction(1001, 1000)
        return "equal to the digits the answer shows" if fewer and theirs[1] > last else ""
    if (value.denominator == 1 and last < 1) or digits < 2 or off > last / 2 * Fraction(1001, 1000):
        return ""
    most = Fraction(105, 10_000) if theirs is not None else Fraction(2, 100)
    return "equal to the digits the reference shows" if off <= most * abs(decimal) else ""


def _is_short(node: Node) -> bool:
    """Whether a reference is a whole number or a terminating decimal of few digits, of which no rounding is wanted."""
    try:
        value = exact(node)
    except (TooMuch, ZeroDivisionError):
        return False
    if value is None:
        return False
    under = value.denominator
    for prime in (2, 5):
        while under % prime == 0:
            under //= prime
    return under == 1 and value.denominator <= 1000


def _number(node: Node) -> Fraction | None:
    """Return a real value as a fraction, near enough for rounding."""
    from rewards.rules.maths.numeric import Floats, Imprecise, Undefined

    try:
        value = exact(node)
        if value is not None:
            return value
        number = Floats().value(node, {})
    except (TooMuch, Imprecise, Undefined, ValueError, ZeroDivisionError):
        return None
    return Fraction(number.real) if abs(number.imag) <= 1e-12 * abs(number) else None

"""Values, ratios and numbers in a base, held against an answer."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from rewards.rules.maths.equality import same
from rewards.rules.maths.kinds import kind, letters
from rewards.rules.maths.lists import both_signs
from rewards.rules.maths.match_cases import pointwise
from rewards.rules.maths.read import read
from rewards.rules.maths.readings import Based, Cases, Choice, Items, Moment, Ratio, Reading, Value, Words
from rewards.rules.maths.sentences import stated
from rewards.rules.maths.spoken import ordinal, placed_noun
from rewards.rules.maths.tree import contains, number, symbols
from rewards.rules.maths.values import same_node, same_value

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison


def value(c: Comparison, reference: Value, answer: Reading) -> bool:
    """Compare with a number or an expression."""
    if contains(reference.node, "pm"):
        return c.match(Items(reference.source, "list", both_signs((reference,))), answer)
    answer = c.unwrapped(answer)
    if isinstance(answer, Value):
        if contains(answer.node, "pm"):
            return c.no("± is two values, the reference one")
        equal, c.why = same_value(reference, answer, c.effort, c.strict)
        return equal
    if isinstance(answer, Items):
        if letters(answer) and letters(answer) == letters(reference):
            return c.yes("the same letters")
        return _value_in_items(c, reference, answer)
    if isinstance(answer, Choice) and answer.behind is not None:
        return c.match(reference, answer.behind)
    if isinstance(answer, Choice) and reference.node[0] == "sym":
        return c.yes("the same letter") if reference.node[1] == answer.letters else c.no("another letter")
    if isinstance(answer, Ratio) and len(answer.parts) == 2 and not c.strict and reference.unit is None:
        equal, c.why = same_node(reference.node, ("div", *answer.parts), c.effort, c.strict)
        return equal
    if isinstance(answer, Based) and answer.base == 10:
        return c.match(reference, read(answer.digits))
    if isinstance(answer, Cases) and symbols(reference.node):
        return c.yes("the same values everywhere") if pointwise(reference, answer) else c.no("other values somewhere")
    if (clock := _duration(reference, answer)) is not None:
        return c.match(reference, clock)
    if isinstance(answer, Words):
        return _named_value(c, reference, answer)
    return c.no(f"a {kind(answer)} where a value is wanted")


def _duration(reference: Value, answer: Reading) -> Value | None:
    """Return `1:15` as the time it takes, in the reference's hours or minutes; None where it is none."""
    size = reference.unit.size if reference.unit and reference.unit.dimensions == (("time", 1),) else 0
    parts = re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", answer.source)
    if parts is None or size not in (60, 3600) or len(re.findall(r"\d+", reference.source)) < 2:  # 12 hours, 12:00
        return None
    total = Fraction(parts[1]) + Fraction(parts[2]) / 60 + Fraction(parts[3] or 0) / 3600
    return Value(answer.source, number(total), reference.unit)


def _named_value(c: Comparison, reference: Value, answer: Words) -> bool:
    """Compare with a place in an order, `5th`, or with letters that stand for a name, `SSS`."""
    place = ordinal(answer.source) or placed_noun(answer.source)
    if (
        place is not None
        and re.search(r"\d", answer.source)
        and not c.strict
        and reference.unit is None
        and reference.node == ("num", Fraction(place))
    ):
        return c.yes("the same place or multiple")
    letters_ = re.sub(r"\\text\b|[{}\s.]", "", reference.source)
    plain = "\\" not in letters_ and re.search("[A-Za-z]", letters_) is not None and len(letters_) > 1
    if plain and letters_ == re.sub(r"\\text\b|[{}\s.]", "", answer.source):
        return c.yes("the same letters")
    names = symbols(reference.node)
    if len(letters_of := sorted(re.sub(r"[\s*]", "", answer.source))) == len(names) > 2 and set(letters_of) == names:
        return c.match(reference, Value(answer.source, ("mul", tuple(("sym", name) for name in letters_of))))  # cab
    quantity = None if c.strict else stated(answer.source)
    if quantity is not None and not symbols(reference.node):
        return c.match(reference, quantity)
    return c.no("text where a value is wanted")


def _value_in_items(c: Comparison, reference: Value, answer: Items) -> bool:
    comma = re.fullmatch(r"-?\d+,\d+", answer.source)
    if comma and contains(reference.node, "dec") and not c.strict:
        return c.match(reference, read(answer.source, "decimal_comma"))
    if answer.kind == "set" and len(answer.items) == 1:
        return c.match(reference, answer.items[0])
    mixed = _mixed(answer)
    if mixed is not None:
        return c.match(reference, mixed)
    return c.no(f"{len(answer.items)} answers where one is wanted")


def _mixed(answer: Items) -> Value | None:
    r"""Return `6 \text{ and } \frac{2}{3}` as a mixed number."""
    values = [item for item in answer.items if isinstance(item, Value) and item.unit is None]
    if len(values) != 2 or len(answer.items) != 2 or answer.kind != "list" or "," in answer.source:
        return None
    whole, part = values
    proper = whole.node[0] == "num" and part.node[0] == "div" and part.node[1][0] == part.node[2][0] == "num"
    if not proper or not 0 < part.node[1][1] < part.node[2][1] or whole.node[1].denominator != 1:
        return None
    return Value(answer.source, ("add", (whole.node, part.node)))


def ratio(c: Comparison, reference: Ratio, answer: Reading) -> bool:
    """Compare with a ratio: proportional parts, or the fraction."""
    answer = c.unwrapped(answer)
    if isinstance(answer, Value) and len(reference.parts) == 2 and not c.strict:
        equal, c.why = same_node(("div", *reference.parts), answer.node, c.effort, c.strict)
        return equal
    if isinstance(answer, Moment) and answer.clock and len(reference.parts) == 2:
        clock = [("num", Fraction(part)) for part in answer.clock[:2]]
        hour = ("num", Fraction((answer.clock[0] - 1) % 12 + 1))
        equal = list(reference.parts) in (clock, [hour, clock[1]])
        return c.yes("the same time") if equal else c.no("another time")
    if not isinstance(answer, Ratio) or len(answer.parts) != len(reference.parts):
        return c.no("a ratio of as many parts is wanted")
    first, other = reference.parts[0], answer.parts[0]
    for ours, theirs in zip(reference.parts[1:], answer.parts[1:], strict=True):
        if not same(("mul", (ours, other)), ("mul", (theirs, first)), c.effort):
            return c.no("other proportions")
    return c.yes("the same proportions")


def based(c: Comparison, reference: Based, answer: Reading) -> bool:
    """Compare digits and base; the base may be left off where the digits agree."""
    answer = c.unwrapped(answer)
    if isinstance(answer, Based):
        equal = answer.base == reference.base and _same_digits(answer.digits, reference.digits)
        return c.yes("the same digits in the same base") if equal else c.no("another number or base")
    if c.strict or not isinstance(answer, Value):
        return c.no("a number with its base is wanted")
    digits = answer.source.replace(" ", "").replace(",", "").upper()
    return (
        c.yes("the same digits, the base left off") if _same_digits(digits, reference.digits) else c.no("other digits")
    )


def _same_digits(a: str, b: str) -> bool:
    return (a.lstrip("0") or "0") == (b.lstrip("0") or "0")

"""One pair compared: read both, match by type, say why. In quick effort the cost is bounded by the texts' length."""

from __future__ import annotations

import re
from functools import lru_cache

from rewards.rules.maths.characters import tidy
from rewards.rules.maths.compare import Comparison
from rewards.rules.maths.cursor import SHALLOW
from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.errors import TooMuch, Unreadable
from rewards.rules.maths.read import read
from rewards.rules.maths.readings import Items, Labelled, Reading, Value, Words
from rewards.rules.maths.remarks import opposed
from rewards.rules.maths.tree import symbols
from rewards.rules.maths.verdict import Outcome, Rules, Verdict
from rewards.text import quoted

LONGEST_QUICK = 600
DEEP = 1500
_IDLE_SPACE = re.compile(r"(?<![0-9A-Za-z]) (?!(?<=\d, )\d{3}(?!\d))| (?![0-9A-Za-z])")
_BEYOND_US = re.compile(r"\\(?:begin|lim|det|int|sum|prod)\b|\\frac ?\{(?:d|\\partial) ?\}")
_INTEGER = re.compile("0|-?[1-9][0-9]{0,14}")
_TWO_WAYS = (
    (re.compile(r"-?0,\d+\Z"), "a decimal comma or two numbers", "read='decimal_comma' or read='list'"),
    (
        re.compile(r"-?(?!1e)\d+e[-+][1-3]\Z"),
        "a power of ten or Euler's number in a sum",
        "read='number' or read='expression'",
    ),
)


def compare(reference: str, answer: str, rules: Rules, effort: Effort) -> Verdict:
    """Compare one pair; `undecided` where this effort does not settle it."""
    if rules.read in ("auto", "number") and _INTEGER.fullmatch(reference) and _INTEGER.fullmatch(answer):
        return _integers(reference, answer)
    try:
        expected = _read(reference, rules.read, effort)
    except (TooMuch, RecursionError) as error:
        if effort is Effort.quick:
            return Verdict(Outcome.undecided, str(error))
        return Verdict(Outcome.bad_reference, f"the reference can't be read: {error}")
    two_ways = _two_ways(expected.source, rules)
    if two_ways:
        return Verdict(Outcome.bad_reference, two_ways)
    if _same_text(tidy(answer), expected.source):
        return Verdict(Outcome.equal, f"{_shown(expected, reference)}, the same text as the reference")
    comparison = Comparison(effort, rules.strict)
    try:
        found = _read(answer, _answer_reading(rules), effort)
        equal = comparison.match(expected, found) or comparison.as_families(expected, found)
        equal = equal and (_holds(found, effort) or comparison.no("an integral with another value"))
        if equal and not isinstance(expected, Words) and opposed(expected.source, found.source):
            equal = comparison.no("equal, but said of something else")
    except (TooMuch, Undecided, RecursionError) as error:
        why = f"answer {quoted(answer, 60)}; reference {_shown(expected, reference)}: {error}"
        settled = effort is Effort.full and not getattr(error, "unknown", False)
        return Verdict(Outcome.different, f"{why}: not evaluated") if settled else Verdict(Outcome.undecided, why)
    outcome = Outcome.equal if equal else Outcome.different
    if not equal and (_beyond_us(expected) or _beyond_us(found)):
        outcome = Outcome.undecided
    return Verdict(
        outcome, f"answer {_shown(found, answer)}; reference {_shown(expected, reference)}: {comparison.why}"
    )


def _holds(answer: Reading, effort: Effort) -> bool:
    r"""Whether an answer that shows a definite integral gives its value: not `\int_0^1 x dx = 120`."""
    if not (isinstance(answer, Labelled) and answer.label.startswith("int") and answer.equation is not None):
        return True
    left, right = answer.equation.sides
    try:
        return bool(symbols(left) or symbols(right)) or same(left, right, effort)
    except Undecided:
        if effort is Effort.full:
            return True  # the value is right; the way to it can't be checked
        raise


def _integers(reference: str, answer: str) -> Verdict:
    """The commonest pair there is, and the same verdict as by the longer way."""
    if reference == answer:
        return Verdict(Outcome.equal, f"{quoted(reference, 60)} read as number, the same text as the reference")
    why = f"answer {quoted(answer, 60)} read as number; reference {quoted(reference, 60)} read as number: values differ"
    return Verdict(Outcome.different, why)


def _same_text(answer: str, reference: str) -> bool:
    """Whether two tidied texts differ in nothing but spaces that separate no words or numbers."""
    return _IDLE_SPACE.sub("", answer) == _IDLE_SPACE.sub("", reference)


def quick(reference: str, answer: str, rules: Rules) -> Verdict:
    """Decide what can be decided cheaply, in the caller's own process."""
    if len(answer) > LONGEST_QUICK or len(reference) > LONGEST_QUICK:
        return Verdict(Outcome.undecided, "long texts")
    return compare(reference, answer, rules, Effort.quick)


def _answer_reading(rules: Rules) -> str:
    return rules.read if rules.read in ("decimal_comma", "text") else "auto"


def _read(text: str, how: str, effort: Effort) -> Reading:
    return _kept(text, how) if effort is Effort.quick else read(text, how, DEEP)


@lru_cache(maxsize=4096)
def _kept(text: str, how: str) -> Reading:
    return read(text, how, SHALLOW)


def _two_ways(source: str, rules: Rules) -> str:
    if rules.read != "auto":
        return ""
    for pattern, ways, remedy in _TWO_WAYS:
        if pattern.match(source):
            return f"the reference {quoted(source, 60)} reads in two ways, as {ways}; choose with {remedy}"
    return ""


def _beyond_us(reading: Reading) -> bool:
    """Whether a text is LaTeX that our reader does not know and another may."""
    return isinstance(reading, Words) and _BEYOND_US.search(reading.source) is not None


def _shown(reading: Reading, text: str) -> str:
    if isinstance(reading, Items):
        kind = reading.kind
    elif isinstance(reading, Labelled) and reading.label:
        kind = f"{type(reading.inner).__name__.lower()} named {reading.label}"
    elif isinstance(reading, Value):
        kind = "number" if reading.node[0] in ("num", "dec") else "expression"
    else:
        kind = type(reading).__name__.lower()
    return f"{quoted(text.strip(), 60)} read as {kind}"


__all__ = ["LONGEST_QUICK", "Unreadable", "compare", "quick"]

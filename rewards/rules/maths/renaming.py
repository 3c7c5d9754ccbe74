"""The names that an answer's parameters may take: arguments of functions, and symbols declared to run through a set."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from rewards.rules.maths.readings import Labelled, Reading
from rewards.rules.maths.tree import substituted
from rewards.rules.maths.within import changed, free_symbols

_MOST_DECLARED = 3
_CONSTANTS = frozenset("a b c d k m C K A B alpha beta lambda".split())
_COUNTERS = frozenset("n k m l t s i j p q r c a b d h u v C K A B".split())


def renamings(reference: Labelled, answer: Labelled) -> Iterator[Reading]:
    """Yield what the answer names with its parameters called as the reference calls its own.

    Arguments of a function are renamed in their order; declared symbols in any order.
    """
    if other_domains(reference, answer):
        return
    inner = _with_arguments(reference, answer)
    ours, theirs = _declared(reference, answer, inner)
    if not ours or len(ours) != len(theirs) or len(ours) > _MOST_DECLARED:
        yield inner
        return
    for order in permutations(ours):
        yield renamed(inner, dict(zip(theirs, order, strict=True)))


def other_domains(reference: Labelled, answer: Labelled) -> bool:
    """Whether both say where their parameters run, and it is elsewhere: all integers, natural numbers, reals."""
    if not reference.declared or not answer.declared:
        return False
    ours, theirs = ({_kind(domain) for _, domain in labelled.declared} for labelled in (reference, answer))
    return not ours & theirs or ("N" in ours) != ("N" in theirs)


def _kind(domain: str) -> str:
    """Return N for natural numbers however written, Z- for negative ones, or the set's letter; Q and C count as R."""
    if domain[:1] == "Z" and len(domain) > 1:
        return "Z-" if "-" in domain or "<" in domain or "le" in domain else "N"
    return {"Q": "R", "C": "R"}.get(domain[:1], domain[:1])


def _with_arguments(reference: Labelled, answer: Labelled) -> Reading:
    ours, theirs = reference.parameters, answer.parameters
    if not theirs or len(ours) != len(theirs) or ours == theirs:
        return answer.inner
    taken = {name: f"{name} (free)" for name in ours if name not in theirs}  # f(t) = x^2 is not f(x) = x^2
    return renamed(renamed(answer.inner, taken), dict(zip(theirs, ours, strict=True)))


def _declared(reference: Labelled, answer: Labelled, inner: Reading) -> tuple[list[str], list[str]]:
    """Return the reference's declared symbols and the answer's, as far as either says so and they occur."""
    wanted, free = free_symbols(reference.inner), free_symbols(inner)
    ours = [name for name, _ in reference.declared if name in wanted and name not in reference.parameters]
    theirs = [name for name, _ in answer.declared if name in free and name not in answer.parameters]
    if ours and not theirs:
        theirs = sorted(free - (wanted - set(ours)))
    if not ours and not theirs and reference.parameters:  # f(x) = kx for f(x) = cx
        ours, theirs = sorted(wanted - free), sorted(free - wanted)
        return (ours, theirs) if len(ours) == len(theirs) == 1 and _CONSTANTS.issuperset((*ours, *theirs)) else ([], [])
    if theirs and not ours:
        ours = sorted(name for name in wanted - (free - set(theirs)) if name in _COUNTERS)
    return ours, theirs


def renamed(reading: Reading, names: dict[str, str]) -> Reading:
    """Return a reading with symbols renamed."""
    return changed(reading, lambda node: substituted(node, names))

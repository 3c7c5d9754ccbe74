"""The typed comparison: what a reference of one kind accepts as the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rewards.rules.maths import match_cases, match_items, match_labels, match_sets, match_values, match_words
from rewards.rules.maths.congruences import said_in_words, same_classes
from rewards.rules.maths.equality import Effort
from rewards.rules.maths.families import same_family
from rewards.rules.maths.readings import (
    Based,
    Cases,
    Choice,
    Conditions,
    Congruence,
    Interval,
    Items,
    Labelled,
    Matrix,
    Moment,
    Nothing,
    Ratio,
    Reading,
    Relation,
    Sets,
    Value,
    Words,
)


class Comparison:
    """Compares readings under the given rules and remembers which comparison decided last."""

    def __init__(self, effort: Effort, strict: bool = False) -> None:
        self.effort = effort
        self.strict = strict
        self.why = ""

    def match(self, reference: Reading, answer: Reading) -> bool:
        """Whether the answer is the same as the reference.

        Raises:
            Undecided: it takes more effort, or another instrument.
        """
        rule = same_classes if _is_class(answer) else _RULES[type(reference)]
        return bool(rule(self, reference, answer))

    def as_families(self, reference: Reading, answer: Reading) -> bool:
        """Whether both are the same family of numbers, counted through in different ways."""
        same = same_family(reference, answer) or said_in_words(reference, answer)
        return same and self.yes("the same family of numbers")

    def no(self, why: str) -> bool:
        """Refuse, and say why."""
        self.why = why
        return False

    def yes(self, why: str) -> bool:
        """Accept, and say why."""
        self.why = why
        return True

    def unwrapped(self, answer: Reading) -> Reading:
        """Take the name off a value: `x = 5` is 5."""
        while isinstance(answer, Labelled):
            answer = answer.inner
        return answer


_RULES: dict[type[Reading], Callable[[Comparison, Any, Reading], bool]] = {
    Value: match_values.value,
    Ratio: match_values.ratio,
    Based: match_values.based,
    Labelled: match_labels.labelled,
    Relation: match_labels.relation,
    Conditions: match_sets.region,
    Interval: match_sets.region,
    Sets: match_sets.region,
    Items: match_items.items,
    Matrix: match_items.matrix,
    Cases: match_cases.cases,
    Moment: match_words.moment,
    Choice: match_words.choice,
    Congruence: same_classes,
    Nothing: match_words.nothing,
    Words: match_words.words,
}


def _is_class(answer: Reading) -> bool:
    """Whether an answer is one residue class or several, perhaps under a name."""
    if isinstance(answer, Labelled):
        answer = answer.inner
    if isinstance(answer, Items) and answer.items and answer.kind in ("list", "set"):
        return isinstance(answer.items[0], Congruence)
    return isinstance(answer, Congruence)

"""What was counted, held against what else was: `3 red balls` are no `3 blue balls`."""

from __future__ import annotations

import re

from rewards.rules.maths.readings import Value
from rewards.rules.maths.rivals import rivals, root
from rewards.rules.maths.units import Unit

_WORD = re.compile(r"(?<!\\)\b[A-Za-z]{2,}")


def other_nouns(reference: Value, answer: Value) -> bool:
    """Whether what was counted excludes the other: red and blue balls, an increase and a decrease.

    Between numbers in words any other noun does: `two circles` are no `two points`. Between digits it does not: people
    are counted as students, persons or guests.
    """
    ours, theirs = reference.unit, answer.unit
    if ours is None or theirs is None:
        return False
    if _opposed(_said(reference, ours), _said(answer, theirs)):
        return True
    if not (ours.is_noun and theirs.is_noun):
        return False
    words, others = ({root(word) for word in unit.shown.split()} for unit in (ours, theirs))
    in_words = all(value.source[:1].isalpha() for value in (reference, answer))
    return rivals(words, others - words) or (in_words and not words & others)


def _opposed(reference: str, answer: str) -> bool:
    """Whether words behind a measure exclude each other: 5 km north, 5 km south."""
    said, others = (
        frozenset(root(word).removesuffix("ward") for word in _WORD.findall(text)) for text in (reference, answer)
    )
    return bool(said - others and others - said) and rivals(said, others - said)


def _said(value: Value, unit: Unit) -> str:
    """Return the words around a quantity; in a list only those behind it."""
    return unit.shown if re.search(r",|\band\b", value.source) else value.source


def multiplies(unit: Unit | None) -> bool:
    """Whether a number behind which this stands is a multiple."""
    return unit is not None and unit.shown in ("times", "倍", "fold")

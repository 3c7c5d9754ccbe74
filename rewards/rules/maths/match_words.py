"""Text, choices, times and the empty set, held against an answer."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, TypeGuard

from rewards.rules.maths.beside_words import adds_mathematics
from rewards.rules.maths.han import same_han
from rewards.rules.maths.kinds import kind, letters
from rewards.rules.maths.nouns import multiplies
from rewards.rules.maths.phrases import same_clauses, same_statement
from rewards.rules.maths.readings import Choice, Labelled, Moment, Nothing, Ratio, Reading, Value, Words
from rewards.rules.maths.sentences import stated
from rewards.rules.maths.spoken import ordinal, placed_noun
from rewards.rules.maths.words import means_nothing, significant, yes_or_no

if TYPE_CHECKING:
    from rewards.rules.maths.compare import Comparison

_HEDGES = frozenset(
    "or and not no but either neither maybe perhaps except without never isn't cannot if unless 或 不 非".split()
)
_LIMITED = frozenset("but only if unless except or when".split())
_PROSE = re.compile(r"(?<!\\)\b[A-Za-z]{3,}|[\u3400-\u9fff]")
_GOES_ON_IN_SIGNS = re.compile(
    r"\W*(?:\\?text\s*\{)?\s*\w+[.}\s]*(?:[=<>+]|\\(?:to|ne|cdot|times)\b|;\s*(?:\d|\[|\\frac))"
)
_CONDITIONAL = re.compile(r"(?:but )?(?:only )?(?:if|when|unless|provided)\b")
_LISTED = re.compile(r"[\s,;{}]|\\text\b|(?<=[A-Z])\s*(?:<|>|\\to\b)\s*(?=[A-Z])")
_MARK = re.compile(r"(?<=\^)\d|\d+|\\?[A-Za-z]+|\S")
_BRACED = re.compile(r"\{\s*(\w+|[A-Za-z]+[\w ]*)\s*\}")
_THINGS = frozenset("only all any every integer integers number numbers value values must be".split())


def moment(c: Comparison, reference: Moment, answer: Reading) -> bool:
    """Compare with a time of day or a date; what was left off does not count against the answer."""
    answer = c.unwrapped(answer)
    if isinstance(answer, Ratio) and reference.clock and len(answer.parts) == 2:
        hours, minutes = (part[1] if part[0] == "num" else Fraction(-1) for part in answer.parts)
        if minutes.denominator != 1 or hours.denominator != 1:
            return c.no("a time is wanted")
        answer = Moment(answer.source, clock=(int(hours), int(minutes), 0))
    if not isinstance(answer, Moment):
        return c.no("a time or a date is wanted")
    if reference.date or answer.date:
        if not (reference.date and answer.date):
            return c.no("a date is wanted")
        year = None in (reference.date[0], answer.date[0]) or reference.date[0] == answer.date[0]
        weekday = "" in (reference.weekday, answer.weekday) or reference.weekday == answer.weekday
        equal = year and weekday and reference.date[1:] == answer.date[1:]
        return c.yes("the same day") if equal else c.no("another day")
    ours, theirs = reference.clock, answer.clock
    assert ours is not None
    assert theirs is not None
    one_sided = bool(reference.half) != bool(answer.half) and not c.strict
    if reference.weekday and reference.weekday != answer.weekday:
        return c.no("another day")
    equal = ours == theirs or (one_sided and (ours[0] % 12, *ours[1:]) == (theirs[0] % 12, *theirs[1:]))
    return c.yes("the same time") if equal else c.no("another time")


def choice(c: Comparison, reference: Choice, answer: Reading) -> bool:
    """Compare with a multiple choice's letter, or with what stands behind it."""
    answer = c.unwrapped(answer)
    if isinstance(answer, Choice):
        if answer.letters != reference.letters:
            return c.no("another letter")
        told = isinstance(answer.behind, Words) and re.search(r"\d", answer.behind.source) is not None
        told = told or (answer.behind is not None and not isinstance(answer.behind, Words))
        if _is_number(reference.behind) and told and not c.match(reference.behind, answer.behind):  # type: ignore[arg-type]
            return c.no("the same letter before another number")
        return c.yes("the same letter")
    if isinstance(answer, Value) and answer.node[0] == "sym":
        equal = answer.node[1].upper() == reference.letters
        return c.yes("the same letter") if equal else c.no("another letter")
    if isinstance(answer, Value) and answer.node == ("const", "e") and reference.letters == "E":
        return c.yes("the same letter")
    if reference.behind is not None:
        return c.match(reference.behind, answer)
    return c.no("a letter is wanted")


def _is_number(reading: Reading | None) -> TypeGuard[Value]:
    if not isinstance(reading, Value):
        return False
    node = reading.node[1] if reading.node[0] == "neg" else reading.node
    return node[0] in ("num", "dec") or (node[0] == "div" and node[1][0] == node[2][0] == "num")


def nothing(c: Comparison, reference: Nothing, answer: Reading) -> bool:
    """Compare with the empty set or no solution."""
    answer = c.unwrapped(answer)
    empty = isinstance(answer, Nothing) or (isinstance(answer, Words) and means_nothing(answer.source))
    return c.yes("no solution") if empty else c.no("no solution is wanted")


def words(c: Comparison, reference: Words, answer: Reading) -> bool:
    """Compare text by the words that count."""
    if squeezed(reference.source) == squeezed(answer.source) and squeezed(reference.source):
        return c.yes("the same text")
    if isinstance(answer, Labelled):
        told = isinstance(answer.inner, Value) and _PROSE.search(answer.source)  # f is continuous at x=0
        answer = Words(answer.source, significant(answer.source)) if told else answer.inner
    if _marks(reference.source) == _marks(answer.source):
        return c.yes("the same text but for spaces")  # 1s^2 2s^2
    if (chosen := letters(reference)) and not isinstance(answer, Words):
        return c.yes("the same letters") if letters(answer) == chosen else c.no("other letters")
    truth = yes_or_no(reference.words) if reference.words in (("true",), ("false",)) else None
    letter = re.sub(r"\\text\b|[{}\s.()]", "", answer.source).upper()
    if truth is not None and letter in ("T", "F"):
        return c.yes("the same verdict") if truth is (letter == "T") else c.no("another verdict")
    if (
        isinstance(answer, Value)
        and not c.strict
        and (place := ordinal(reference.source) or placed_noun(reference.source)) is not None
    ):
        counted = answer.unit is None or (multiplies(answer.unit) and reference.words[-1:] in (("twice",), ("thrice",)))
        equal = ordinal(answer.source) == place or (counted and answer.node == ("num", Fraction(place)))
        return c.yes("the same place or multiple") if equal else c.no("another place or multiple")
    if isinstance(answer, Value) and not c.strict and (quantity := stated(reference.source)) is not None:
        return c.match(quantity, answer)
    order = _LISTED.sub("", reference.source)
    if order.isupper() and 2 < len(order) < 9 and _LISTED.sub("", answer.source) == order:
        return c.yes("the same letters in their order")  # ACB, A, C, B
    if (circled := _circled(reference.source)) and circled == _statements(answer.source):
        return c.yes("the same numbered statements")
    if not isinstance(answer, Words) and (numbered := _roman(reference.source)):
        return c.yes("the same statements") if numbered == _roman(answer.source) else c.no("other statements")
    if adds_mathematics(reference.source, answer.source):
        return c.no("words with something else beside them")
    if not isinstance(answer, Words):
        if not _PROSE.search(answer.source) and not isinstance(answer, Choice):
            return c.no(f"a {kind(answer)} where text is wanted")
        answer = Words(answer.source, significant(answer.source))
    return _same_words(c, reference, answer)


def _same_words(c: Comparison, reference: Words, answer: Words) -> bool:
    ours, theirs = reference.words, answer.words
    if ours == theirs:
        return c.yes("the same words")
    places = ordinal(reference.source), ordinal(answer.source)
    named = placed_noun(reference.source), placed_noun(answer.source)
    if None not in places and places[0] == places[1]:
        return c.yes("the same place or multiple")
    if (places[0] or places[1]) and None in named and (places[0] or named[0]) == (places[1] or named[1]):  # 5th term
        return c.yes("the same place or multiple")
    numbered, others = (_roman(side.source) or _places(side.source) for side in (reference, answer))
    if numbered and others:
        equal = numbered == others
        return c.yes("the same numbered statements") if equal else c.no("other numbered statements")
    verdict = yes_or_no(ours)
    if verdict is not None and len(ours) == 1:
        said = yes_or_no(theirs)
        if said is None and len(theirs) < 7 and not _HEDGES & set(theirs):
            said = yes_or_no(theirs[-1:])  # the statement is true
        equal = said is verdict and yes_or_no(theirs[::-1]) in (verdict, None) and not {"or", "if"} & set(theirs[:2])
        equal = (
            equal
            and not _CONDITIONAL.match(" ".join(theirs[1:5]))
            and "or" not in theirs
            and not _GOES_ON_IN_SIGNS.match(answer.source)
        )
        return c.yes("the same verdict") if equal else c.no("another verdict")
    if c.strict or not ours:
        return c.no("other words")
    reasoned = verdict is not None and len(theirs) == 1 and not re.search(r"=|\\(?!text)", reference.source)
    if reasoned and yes_or_no(theirs) is verdict and not _LIMITED & set(ours):
        return c.yes("the verdict that the reference begins with")
    plain = "\\" not in re.sub(r"\\text\b", "", reference.source + answer.source)
    if plain and _gist(ours) == _gist(theirs) != frozenset():
        return c.yes("the same words about the same thing")
    if "and" in ours and not _HEDGES & set(ours) and same_clauses(reference.source, answer.source):
        return c.yes("the same words in another order")
    if (
        len(ours) > 1
        and not plain
        and len(theirs) <= len(ours) + 5
        and theirs[-len(ours) :] == ours
        and not any(word in "-+/^" or not word[0].isalpha() for word in theirs[: -len(ours)] if word not in "=:")
        and not _HEDGES & set(theirs)
    ):
        return c.yes("the same words behind others")
    if same_han(reference.source, answer.source):
        return c.yes("the same phrase")
    how = same_statement(reference.source, answer.source)
    return c.yes(how) if how else c.no("other words")


def _circled(text: str) -> list[int]:
    """Return the numbers of statements that are named by circled digits, in order: `①③`."""
    return sorted(ord(mark) - 0x245F for mark in re.findall("[\u2460-\u2473]", text))


def _statements(text: str) -> list[int]:
    """Return the numbers of statements that an answer names, `①③`, `(1)(3)` or `1, 3`; none where it says more."""
    if circled := _circled(text):
        beside = re.sub("[\u2460-\u2473]|\\\\text", "", text)
        said = re.search(r"[不非错\d+=^<>\\\\-]|\b(?!and\b|are\b|is\b|true\b|correct\b)[A-Za-z]{2,}", beside)
        return [] if said else circled
    plain = re.sub(r"\\text\b|[{}\s]", "", text)
    listed = re.fullmatch(r"(?:\(\d{1,2}\)(?:,|和|and)?)+|\d{1,2}(?:(?:,|和|and)\d{1,2})*", plain)
    return sorted(map(int, re.findall(r"\d+", plain))) if listed else []


def _roman(text: str) -> list[str]:
    """Return the Roman numerals of `I and III only`, in order; empty where anything else is said."""
    found = re.findall(r"\w+", re.sub(r"\\text\b|\b(?:and|only)\b", " ", text))
    return sorted(found) if found and all(re.fullmatch("[IVX]+|[ivx]+", word) for word in found) else []


def _places(text: str) -> list[str]:
    """Return the places of `1st and 4th`, in order; empty where anything else is said."""
    words = re.findall(r"[\w-]+", re.sub(r"\\text\b|\b(?:and|the|only)\b", " ", text))
    found = [ordinal(word) for word in words]
    return sorted(str(place) for place in found) if len(found) > 1 and all(found) else []


def _gist(words: tuple[str, ...]) -> frozenset[str]:
    """Return what a short property says, whatever it is said of: `n is even`, `all even integers`."""
    kept = frozenset(word for at, word in enumerate(words) if (len(word) > 1 or at) and word not in _THINGS)
    return kept if len(kept) == 1 and all(word.isalpha() for word in words) and len(words) <= 5 else frozenset()


def _marks(text: str) -> list[str]:
    """Return numbers, letters and marks one by one, without spaces and without braces round one of them."""
    return _MARK.findall(re.sub(r"\^ +", "^", _BRACED.sub(r" \1 ", re.sub(r"\\text\b", " ", text))))


def squeezed(text: str) -> str:
    r"""Return text without spaces, braces and `\text`, for texts that hold no digits; empty for others."""
    plain = re.sub(r"\\text\b|[{}\s]", "", text)
    return "" if re.search(r"\d", plain) and re.search(r"[\\^_/]", plain) else plain

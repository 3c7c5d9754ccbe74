"""Short statements compared: `even`, `the function is even`, `it is an even function`.

Two texts say the same where their words agree after inflection, filler and generic nouns are taken off, where one is
the predicate of the other, or where one goes on after the other with a clause of its own. Never where one negates,
offers alternatives, or brings in a rival: another name, number or member of the same family (odd for even).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rewards.rules.maths.rivals import opposites, rivals, root
from rewards.rules.maths.spoken import number_in_words, ordinal
from rewards.rules.maths.vocabulary import (
    ALTERNATIVES,
    BOTH,
    COPULAS,
    FILLER,
    GENERIC,
    GOES_ON,
    NEGATIONS,
    NO_VERBS,
    NUMBERED,
    PREFIXING,
    RELATIONAL,
    REWRITTEN,
    SAME,
)

_WORD = re.compile(
    r"\d+(?:st|nd|rd|th)\b|(?<![\w)\]}])(?<![\w)\]}] )-\d+(?:\.\d+)?|(?<=[A-Za-z]{2} )-\d+(?:\.\d+)?|"
    r"[A-Za-z\u00c0-\u024f]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[^\W\d_]+|[-+=<>/^*|(),;]|\\[A-Za-z]+"
)
_REASON = re.compile(
    r"[,;.]?\s*\b(?:because|since|so that|as it|as they|hence|therefore|which means|i\.e\.|that is)\b.*\Z", re.DOTALL
)
_PLACE = re.compile(r"(\d)\s*\^?\s*\{?\s*\\text\s*\{\s*(st|nd|rd|th)\b")
_NEITHER = re.compile(r"\bneither\b[\w ]{1,40}\bnor \w+", re.IGNORECASE)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_NAME = re.compile(r"\\text\s*\{\s*[A-Z][a-z]+\s*\}\Z|[A-Z][a-z]+\Z")
_SUPERLATIVE = re.compile(r"(?:the |more|most|less|least|better|best|worse|correct|right|\w+er\b|\w+est\b)")
_CLAUSE = re.compile(r"[,;]|\b(?:and|but|while)\b")
_FORMULA = re.compile(r"[(\[=<>\\]")
_MOST_FREE, _MOST_JOINED = 6, 3
_MOST_WORDS = 40
_MOST_EXTRA = 12


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a text says.

    Args:
        words: what counts of it, stemmed, in order.
        said: the same of what follows its first verb of being; all where there is none.
        names: the words of it that are written like names.
        negated: how often it negates.
        open: whether it offers alternatives.
        listed: whether commas stand in it.
        ordered: whether it says what is of what, or what comes then.
    """

    words: tuple[str, ...]
    said: tuple[str, ...]
    names: frozenset[str]
    negated: int
    open: bool
    listed: bool
    ordered: bool


def phrase(text: str) -> Phrase:
    """Take a text apart.

    >>> phrase("The function is even.").said, phrase("The lines are not parallel").negated
    (('even',), 1)
    """
    plain = re.sub(r"\\text\b|[{}$]", " ", _PLACE.sub(r"\1\2 ", text))
    plain = _REASON.sub("", plain) or plain
    for pattern, meant in REWRITTEN:
        plain = pattern.sub(meant, plain)
    plain = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", " ", plain.replace("n't", " not"))
    raw = [word.removesuffix("'s") for word in _WORD.findall(plain)]
    lowered = [word.lower() for word in raw]
    verb = next((at for at, word in enumerate(lowered) if word in COPULAS and 0 < at < len(raw) - 1), None)
    words = _without_always(_counting(raw))
    said = _without_always(_counting(raw[verb + 1 :])) if verb is not None and verb <= 10 else words
    return Phrase(
        words,
        said or words,
        frozenset(
            part for at, word in enumerate(raw) if word[0].isupper() and (at or len(raw) < 3) for part in _meant(word)
        ),
        sum(word in NEGATIONS for word in lowered),
        any(word in ALTERNATIVES for word in lowered),
        _listed(raw),
        bool({"of", "then"} & set(lowered)),
    )


def _without_always(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop "always" where something else is said: `always true` is more than `true`, `always even` is `even`."""
    return tuple(word for word in words if word != "alway") if set(words) - {"alway", "true"} else words


def _chosen(reference: str, theirs: Phrase) -> bool:
    """Whether the answer names what the reference says is the best of all: `Plan B is cheaper`."""
    match = re.match(r"(.{1,40}?) (?:is|are|was|has|have) (.+)\Z", re.sub(r"\\text\b|[{}$]", " ", reference).strip())
    if match is None or not _SUPERLATIVE.match(match[2]):
        return False
    words = _counting(_WORD.findall(match[1]))
    return bool(set(words) - GENERIC) and words == theirs.words


def _listed(raw: list[str]) -> bool:
    """Whether commas separate words of their own: `Alice, Bob`."""
    return any(word == "," and after[:1].isalpha() for word, after in pairwise(raw[1:]))


def _meant(word: str) -> list[str]:
    """Return the roots that a word counts as."""
    same = SAME.get(root(word))
    return [root(word)] if same is None else [root(part) for part in same.split()]


def _counting(raw: list[str]) -> tuple[str, ...]:
    out: list[str] = []
    pending = ""
    for at, word in enumerate(raw):
        lowered = word.lower()
        if lowered in PREFIXING:
            pending = "\N{NOT SIGN}"
        if word in _ROMAN and (word != "I" or (at and raw[at - 1].lower() in NUMBERED)):
            out.append(_ROMAN[word])
            continue
        if (
            (lowered in FILLER and not (word == "A" and at))
            or word in ",;."
            or (lowered in NEGATIONS and lowered not in ("neither", "none"))
        ):
            continue
        if lowered == "one" and at == len(raw) - 1 and at:
            continue  # the red one
        number = number_in_words(lowered) if len(lowered) > 2 else None
        place = ordinal(lowered)
        if number is not None or place is not None:
            out.append(str(place if number is None else number))
            continue
        out += (pending + part for part in _meant(word))
        pending = ""
    return tuple(out) or tuple(word.lower() for word in raw if word.isalpha())


def same_statement(reference: str, answer: str) -> str:
    """Say how an answer states what the reference states; empty where it does not.

    >>> same_statement("even", "The function is even."), same_statement("even", "It is not even.")
    ('the same statement', '')
    >>> same_statement("Alice", "Alice won the race"), same_statement("Alice", "Alice or Bob")
    ('the same words, and more about it', '')
    """
    if ("nor" in reference.split()) != ("nor" in answer.split()):
        reference, answer = (_NEITHER.sub("neither", text) for text in (reference, answer))
    ours, theirs = phrase(reference), phrase(answer)
    if not ours.words or not theirs.words or max(len(ours.words), len(theirs.words)) > _MOST_WORDS:
        return ""
    if ours.negated != theirs.negated or (theirs.open and not ours.open):
        return ""
    if same_clauses(reference, answer):
        return "the same clauses"
    if ours.listed and theirs.listed and len(ours.words) > 2 and ours.words != theirs.words:  # from first to last
        return ""
    if theirs.listed and not ours.listed:
        return "the same words" if _same_order(ours.words, theirs.words) else ""
    if rivals(set(ours.words), set(theirs.words) - set(ours.words)):
        return ""
    if ours.names and theirs.names - ours.names - GENERIC - set(ours.words):
        longer = (
            theirs.words[: len(ours.words)] == ours.words
            and set(theirs.words) <= theirs.names | set(ours.words)
            and not (ours.open or ours.listed)
        )
        return (
            "the same name, longer"
            if longer and len(theirs.words) == len(ours.words) + 1 and "and" not in answer.split()
            else ""
        )
    joined = any(_CLAUSE.search(text) for text in (reference, answer)) and len(ours.words) > _MOST_JOINED
    free = not joined and not (ours.ordered and theirs.ordered)
    if any(_agree(a, b, free) for a, b in _pairs(ours, theirs)):
        return "the same statement"
    if _chosen(reference, theirs):
        return "what the reference names"
    if not (ours.open or ours.listed) and _goes_on(reference, answer):
        return "the same words, and more about it"
    return ""


def _pairs(ours: Phrase, theirs: Phrase) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what may be held against what: two sentences whole, a sentence's predicate against a phrase."""
    pairs = [(ours.words, theirs.words)]
    if theirs.said == theirs.words:
        pairs.append((ours.said, theirs.words))
    if ours.said == ours.words:
        pairs.append((ours.words, theirs.said))
    if ours.said != ours.words and theirs.said != theirs.words and _about_the_same(ours, theirs):
        pairs.append((ours.said, theirs.said))
    return pairs


def _about_the_same(ours: Phrase, theirs: Phrase) -> bool:
    """Whether one subject says no more than the other: `the series`, `it`."""
    a, b = (set(p.words[: len(p.words) - len(p.said)]) - GENERIC for p in (ours, theirs))
    return a <= b or b <= a


def same_clauses(reference: str, answer: str) -> bool:
    """Whether two texts say the same things, one by one: `up 3, left 2` and `left 2 and up 3`.

    Three bare names and more are in their order, unless "and" joins them.

    >>> same_clauses("up 3, left 2", "left 2, up 3"), same_clauses("Ben, Carl, Ann", "Ann, Carl, Ben")
    (True, False)
    """
    plain = [re.sub(r"\\text\b|[{}$]", " ", text) for text in (reference, answer)]
    if any(_FORMULA.search(text) for text in plain):
        return False
    ours, theirs = ([phrase(part).words for part in _CLAUSE.split(text) if part.strip()] for text in plain)
    bare = all(len(words) < 2 for words in ours) and len(ours) > 2 and "and" not in reference.split()
    return len(ours) > 1 and not bare and all(ours) and sorted(ours) == sorted(theirs)


def _agree(ours: tuple[str, ...], theirs: tuple[str, ...], free: bool) -> bool:
    """Whether words agree but for generic nouns that only one side has; in any order where that is free."""
    if ours == theirs or (free and _same_order(ours, theirs)):
        return True
    if _apart(ours):
        return False
    core, other = (tuple(word for word in words if word not in GENERIC) for words in (ours, theirs))
    generic, others = (set(words) & GENERIC for words in (ours, theirs))
    if not free and generic == others:
        return False  # the sum of the squares
    if not core and not other:
        return "exist" in generic & others
    return (
        bool(core)
        and (generic <= others or others <= generic)
        and (core == other or (free and _same_order(core, other)))
    )


def _apart(words: tuple[str, ...]) -> bool:
    """Whether opposites are said of different things: `I is true, II is false`."""
    return opposites(set(words) - (GENERIC - {"true"}) - BOTH)


def _same_order(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    if ours == theirs:
        return True
    free = not any(word in RELATIONAL or word.startswith("\\") for word in ours) and not _apart(ours)
    free = free and sum(word.lstrip("-")[:1].isdigit() for word in ours) < 2  # which number goes with which word
    return free and len(ours) <= _MOST_FREE and sorted(ours) == sorted(theirs)


def _goes_on(reference: str, answer: str) -> bool:
    """Whether the answer says the reference's words and then goes on with a clause: `Alice won the race`."""
    ours, theirs = (_plain(text) for text in (reference, answer))
    theirs = theirs[1:] if theirs[:1] == ["it"] != ours[:1] else theirs
    if len(ours) > 1 and ours[:1] != theirs[:1] and root(ours[0]) in GENERIC:  # the series converges
        ours = ours[1:]
    verb = next((at + 1 for at, word in enumerate(theirs) if word in COPULAS), 0)
    if verb and theirs[verb : verb + len(ours)] == ours:
        theirs = theirs[verb:]
    if not ours or theirs[: len(ours)] != ours or not len(ours) < len(theirs) <= len(ours) + _MOST_EXTRA:
        return False
    rest = theirs[len(ours) :]
    if _NAME.match(reference) and rest[0].isalpha() and rest[0] not in NO_VERBS:
        return not set(rest) & NO_VERBS and "," not in rest
    return rest[0] in GOES_ON and "and" not in rest and "lost" not in rest and not _listed(rest)


def _plain(text: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(re.sub(r"\\text\b|[{}$]", " ", text))]
    return words[1:] if words[:1] and words[0] in ("a", "an", "the") else words

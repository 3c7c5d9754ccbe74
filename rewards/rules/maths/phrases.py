"""Short statements compared: `even`, `the function is even`, `it is an even function`.

Two texts say the same where their words agree after inflection, filler and generic nouns are taken off, where one is
the predicate of the other, or where one goes on after the other with a clause of its own. Never where one negates,
offers alternatives, or brings in a rival: another name, number or member of the same family (odd for even).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rewards.rules.maths.rivals import rivals, root
from rewards.rules.maths.spoken import number_in_words, ordinal

_WORD = re.compile(
    r"\d+(?:st|nd|rd|th)\b|(?<![\w)\]}])(?<![\w)\]}] )-\d+(?:\.\d+)?|(?<=[A-Za-z]{2} )-\d+(?:\.\d+)?|"
    r"[A-Za-z\u00c0-\u024f]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[^\W\d_]+|[-+=<>/^*|(),;]|\\[A-Za-z]+"
)
_REASON = re.compile(
    r"[,;.]?\s*\b(?:because|since|so that|as it|as they|hence|therefore|which means|i\.e\.|that is)\b.*\Z", re.DOTALL
)
_NEGATIONS = frozenset("not no non never none neither nor without except cannot nobody nothing".split())
_PREFIXING = frozenset(["not", "non", "no", "never", "without", "cannot"])
_ALTERNATIVES = frozenset("or either maybe perhaps possibly between / ; if unless".split())
_COPULAS = frozenset("is are was were be being been equals represents remains becomes".split())
_FILLER = frozenset(
    "but while whereas though a an the of to in on at by with for from as it its they them this that these those "
    "there he she we you i so thus is are was were be being been am will would shall should must can could may do "
    "does did has have had having both then such s all every any each and only exactly indeed also just "
    "simply clearly occur occurs called named known namely who which whose where must up into - ( ) total about".split()
)
_GENERIC = frozenset(
    root(word)
    for word in (
        "function graph curve series sequence triangle quadrilateral polygon shape figure angle line segment "
        "number value quantity set point player person day student team side statement claim answer solution "
        "result condition test matrix event variable distribution hypothesis relation operation mapping map color "
        "ball card box choice option quadrant axis direction property type case equation system expression game "
        "way win monotonic monotone monotonically strictly strategy integer form section polynomial vector group "
        "congruence criterion postulate theorem rule law formula object conic nature integers natural integral "
        "limit sum product inequality true correlation error exist "
        "fall happen land due direct directly interval domain shift move translate"
    ).split()
)
_RELATIONAL = frozenset(
    "than beat before after over under divide contain exceed precede behind ahead < > - / ^".split()
)
_GOES_ON = frozenset(
    "of in on at with for because since which that who whose where when by from about centered has have had is are was "
    "will can could should must wins won win gets got does did finished to through about , (".split()
)
_SAME = {
    root(word): same
    for word, same in {
        "angled": "", "colour": "color", "onto": "surjective", "whole": "integer", "anticlockwise": "counterclockwise",
        "max": "maximum", "min": "minimum", "maxima": "maximum", "minima": "minimum", "symmetrical": "symmetric",
        "identical": "same", "bijection": "bijective", "injection": "injective", "surjection": "surjective",
        "symmetry": "symmetric", "continuity": "continuous", "equality": "equal", "ellipsoidal": "ellipsoid",
        "elliptical": "ellipse", "parabolic": "parabola", "hyperbolic": "hyperbola", "circular": "circle",
        "across": "over", "rotation": "rotate", "reflection": "reflect", "dilation": "dilate",
        **{day[:3]: day for day in "monday tuesday wednesday thursday friday".split()},
        **{month[:3]: month for month in "january february april june july august october november december".split()},
        "sept": "september", "thurs": "thursday", "tues": "tuesday",
    }.items()
}  # fmt: skip
_REWRITTEN = (
    (re.compile(r"\bH ?_ ?\{? ?[0o] ?\}?", re.IGNORECASE), " null hypothesis "),
    (re.compile(r"\bH ?_ ?\{? ?[1a] ?\}?", re.IGNORECASE), " alternative hypothesis "),
    (re.compile(r"\bfail(?:s|ed)? to\b", re.IGNORECASE), "not"),
    (
        re.compile(
            r"\b(?:im|in|ir|un|dis)(?=(?:possible|consistent|rational|bounded|valid|correct|true|equal|stable|"
            r"continuous|similar)\b)",
            re.IGNORECASE,
        ),
        "not ",
    ),
    (re.compile(r"\^\s*\\circ\b"), " degrees "),
    (re.compile(r"\bone[ -]to[ -]one\b", re.IGNORECASE), "injective"),
    (re.compile(r"\b(north|south)[ -](east|west)", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\b([A-Z]\w*) (?:to|through|until) ([A-Z]\w*)"), r"\1 > \2"),
    (re.compile(r"(?:\bis )?\b(?:greater|larger|bigger|more|higher) than\b", re.IGNORECASE), " > "),
    (re.compile(r"(?:\bis )?\b(?:less|smaller|lower|fewer) than\b", re.IGNORECASE), " < "),
    (re.compile(r"\bthere (?:is|are|exists?)\b", re.IGNORECASE), "exist"),
    (
        re.compile(
            r"\b(all|none|neither|both|some) of (?:these|those|them|the (?:above|given|listed|options)\w*)", re.I
        ),
        r"\1",
    ),
)
_PLACE = re.compile(r"(\d)\s*\^?\s*\{?\s*\\text\s*\{\s*(st|nd|rd|th)\b")
_NEITHER = re.compile(r"\bneither\b[\w ]{1,40}\bnor \w+", re.IGNORECASE)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_NUMBERED = frozenset("quadrant type case statement figure player option class category group phase".split())
_NAME = re.compile(r"\\text\s*\{\s*[A-Z][a-z]+\s*\}\Z|[A-Z][a-z]+\Z")
_NO_VERBS = frozenset("or and nor not lost loses loses but except s".split())
_SUPERLATIVE = re.compile(r"(?:the |more|most|less|least|better|best|worse|correct|right|\w+er\b|\w+est\b)")
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
    """

    words: tuple[str, ...]
    said: tuple[str, ...]
    names: frozenset[str]
    negated: int
    open: bool
    listed: bool


def phrase(text: str) -> Phrase:
    """Take a text apart.

    >>> phrase("The function is even.").said, phrase("The lines are not parallel").negated
    (('even',), 1)
    """
    plain = re.sub(r"\\text\b|[{}$]", " ", _PLACE.sub(r"\1\2 ", text))
    plain = _REASON.sub("", plain) or plain
    for pattern, meant in _REWRITTEN:
        plain = pattern.sub(meant, plain)
    plain = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", " ", plain.replace("n't", " not"))
    raw = [word.removesuffix("'s") for word in _WORD.findall(plain)]
    lowered = [word.lower() for word in raw]
    verb = next((at for at, word in enumerate(lowered) if word in _COPULAS and 0 < at < len(raw) - 1), None)
    words = _without_always(_counting(raw))
    said = _without_always(_counting(raw[verb + 1 :])) if verb is not None and verb <= 10 else words
    return Phrase(
        words,
        said or words,
        frozenset(_meant(word) for at, word in enumerate(raw) if word[0].isupper() and (at or len(raw) < 3)),
        sum(word in _NEGATIONS for word in lowered),
        any(word in _ALTERNATIVES for word in lowered),
        _listed(raw),
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
    return bool(set(words) - _GENERIC) and words == theirs.words


def _listed(raw: list[str]) -> bool:
    """Whether commas separate words of their own: `Alice, Bob`."""
    return any(word == "," and after[:1].isalpha() for word, after in pairwise(raw[1:]))


def _meant(word: str) -> str:
    return _SAME.get(root(word), root(word))


def _counting(raw: list[str]) -> tuple[str, ...]:
    out: list[str] = []
    pending = ""
    for at, word in enumerate(raw):
        lowered = word.lower()
        if lowered in _PREFIXING:
            pending = "\N{NOT SIGN}"
        if word in _ROMAN and (word != "I" or (at and raw[at - 1].lower() in _NUMBERED)):
            out.append(_ROMAN[word])
            continue
        if (
            (lowered in _FILLER and not (word == "A" and at))
            or word in ",;."
            or (lowered in _NEGATIONS and lowered not in ("neither", "none"))
        ):
            continue
        if lowered == "one" and at == len(raw) - 1 and at:
            continue  # the red one
        number = number_in_words(lowered) if len(lowered) > 2 else None
        place = ordinal(lowered)
        if number is not None or place is not None:
            out.append(str(place if number is None else number))
            continue
        out += (pending + root(part) for part in _meant(word).split())
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
    if theirs.listed and not ours.listed:
        return "the same words" if _same_order(ours.words, theirs.words) else ""
    if rivals(set(ours.words), set(theirs.words) - set(ours.words)):
        return ""
    if ours.names and theirs.names - ours.names - _GENERIC - set(ours.words):
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
    if any(_agree(a, b) for a, b in _pairs(ours, theirs)):
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
    a, b = (set(p.words[: len(p.words) - len(p.said)]) - _GENERIC for p in (ours, theirs))
    return a <= b or b <= a


def _agree(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether words agree but for generic nouns that only one side has."""
    if _same_order(ours, theirs):
        return True
    core, other = (tuple(word for word in words if word not in _GENERIC) for words in (ours, theirs))
    generic, others = (set(words) & _GENERIC for words in (ours, theirs))
    if not core and not other:
        return "exist" in generic & others
    return bool(core) and (generic <= others or others <= generic) and _same_order(core, other)


def _same_order(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    if ours == theirs:
        return True
    free = not any(word in _RELATIONAL or word.startswith("\\") for word in ours)
    free = free and sum(word.lstrip("-")[:1].isdigit() for word in ours) < 2  # which number goes with which word
    return free and len(ours) <= 6 and sorted(ours) == sorted(theirs)


def _goes_on(reference: str, answer: str) -> bool:
    """Whether the answer says the reference's words and then goes on with a clause: `Alice won the race`."""
    ours, theirs = (_plain(text) for text in (reference, answer))
    theirs = theirs[1:] if theirs[:1] == ["it"] != ours[:1] else theirs
    if len(ours) > 1 and ours[:1] != theirs[:1] and root(ours[0]) in _GENERIC:  # the series converges
        ours = ours[1:]
    verb = next((at + 1 for at, word in enumerate(theirs) if word in _COPULAS), 0)
    if verb and theirs[verb : verb + len(ours)] == ours:
        theirs = theirs[verb:]
    if not ours or theirs[: len(ours)] != ours or not len(ours) < len(theirs) <= len(ours) + _MOST_EXTRA:
        return False
    rest = theirs[len(ours) :]
    if _NAME.match(reference) and rest[0].isalpha() and rest[0] not in _NO_VERBS:
        return not set(rest) & _NO_VERBS and "," not in rest
    return rest[0] in _GOES_ON and "and" not in rest and "lost" not in rest and not _listed(rest)


def _plain(text: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(re.sub(r"\\text\b|[{}$]", " ", text))]
    return words[1:] if words[:1] and words[0] in ("a", "an", "the") else words

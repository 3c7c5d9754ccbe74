"""Answers that are recognised as a whole, and readings that a user has chosen."""

from __future__ import annotations

import re
from fractions import Fraction

from rewards.rules.maths.compound import compound
from rewards.rules.maths.moments import moment
from rewards.rules.maths.number_sets import set_in_words
from rewards.rules.maths.numerals import decimal_node
from rewards.rules.maths.readings import (
    Based,
    Choice,
    Interval,
    Items,
    Labelled,
    Nothing,
    Ratio,
    Reading,
    Relation,
    Sets,
    Value,
    Words,
)
from rewards.rules.maths.spoken import number_in_words, ordinal
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number
from rewards.rules.maths.units import unit_of
from rewards.rules.maths.words import infinite, means_nothing, yes_or_no

_BASES = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "sixteen": 16,
    "binary": 2,
    "octal": 8,
    "hex": 16,
}
_BASED = re.compile(
    r"\(?(?:\\text )?\{?(?P<digits>-?[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]+)?)\}?\)?\s*"
    r"(?:_\s*\{?\s*(?:\\text\s*\{)?\s*\(?\s*(?:base\s*)?(?P<base>\d{1,2}|[a-z]+)\s*\)?\s*\}?\s*\}?|"
    r"\(?\s*(?:\\text\s*\{)?\s*\(?(?:in )?base[- ]+(?P<named>\d{1,2}|[a-z]+)\)?\s*\}?\s*\)?)\Z"
)
_PREFIXED = re.compile(r"0([bB](?=[01]+\Z)|[oO](?=[0-7]+\Z)|[xX])([0-9A-Fa-f]+)\Z")
_LETTER = r"\\text\s*\{\s*\(?(?P<t>[A-J])[).:]?\s*\}|\((?P<p>[A-Ja-j])\)|(?P<l>[A-J])"
_CHOICE = re.compile(
    rf"(?:(?:option|choice|answer)\s*:?\s*)?(?:{_LETTER})\s*(?P<mark>[).:\]]|(?=\Z)|(?<=[)}}])\s*)\s*(?P<rest>.*)\Z",
    re.I | re.S,
)
_ONLY = re.compile(r"(?:only )?\(?([A-HJ])\)?(?: only)?\Z")
_EXCEPT = re.compile(
    r"(?:(?P<reals>all (?:(?:real )?(?:numbers?|values?)|reals?|x)(?: of x| x)?)"
    r"|(?P<named>(?:all|any|every) [a-z -]{5,40}?)),? (?:except|other than|but)(?: for)? (?P<left>.+)\Z",
    re.I,
)
_HAN_FRACTION = re.compile(r"([^分百\W]+)分之([^分\W]+)\Z")
_WHOLE_SETS = re.compile(
    r"(?:the set of )?(?:all )?(?:real numbers?|reals?|real values?)(?: (?:x|n|k))?\Z|"
    r"全体实数\Z|任意实数\Z|x can be any real number\Z",
    re.I,
)
_EUROPEAN = re.compile(r"\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,}|(?: \d{3})+,\d{1,2})\Z")
_LIMITS = {
    "at least": ">=", "no less than": ">=", "not less than": ">=", "no fewer than": ">=", "\\ge": ">=", "\\geq": ">=",
    "more than": ">", "greater than": ">", "at most": "<=", "no more than": "<=", "not more than": "<=", "\\le": "<=",
    "\\leq": "<=", "less than": "<", "fewer than": "<", ">=": ">=", "<=": "<=", "<": "<", ">": ">",
}  # fmt: skip
_LIMIT = re.compile(
    rf"(?P<sign>{'|'.join(re.escape(sign) for sign in _LIMITS)})(?![A-Za-z])\s*(?P<bound>[^<>=,;]+)\Z", re.I
)
_SHARE = re.compile(r"(\d{1,9}) (?:out of|in|of) (?:every )?(\d{1,9})\Z", re.I)
_REMAINDER = re.compile(r"(\d+),? ?(?:(?:with )?(?:a )?(?:R|r|rem|remainder)(?: of)?|余|(?:\\ldots ?){1,2}) ?(\d+)\Z")
_DIVIDED = re.compile(r"(?:quotient:? )?(.+?),? *(?:with|and) (?:a |the )?remainder(?: of| is)?:? *(.+)\Z", re.I | re.S)
_CHANGE = re.compile(
    r"(?:an? |it )?(?P<noun>(?:percent(?:age)? )?(?:increase|decrease|loss|gain|profit|rise|drop|reduction|discount))"
    r"[sd]? (?:of|by) "
    r"(?P<much>[^A-Za-z]*\d[^A-Za-z]*)\Z",
    re.I,
)
_PROPERTY = re.compile(r"(rank|nullity|dimension|period|genus)(?: is| of| =|:)? (\d+)\Z", re.I)
_PERIODIC = re.compile(r"(-?)(\d+)\.(\d*)\((\d+)\)\Z")
_MORE = re.compile(
    r"[A-J]\b|[;=<>]|\\(?:ne|to|in|le|ge|approx|equiv|Rightarrow|cup|cap|pm)\b|"
    r"(?:\\text\s*\{\s*)?(?:(?:and|or|nor|not|if|unless|when|but|except|maybe|perhaps|probably)\b|[&,和或及与、])"
)
_OTHER_LABEL = re.compile(r"[,;]\s*(?:\\text\s*\{\s*)?[A-J]\s*[:=]")
_OPTION = re.compile(r"(?:option|choice) \(?[A-J]\)?\s*[:.)]", re.I)
_HAN_OPTION = re.compile("^([A-J])选?项\\Z")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")
_ROMAN_LABEL = re.compile(r"\((?:i{2,3}|iv|vi{0,3}|ix)\)\Z|(?:i{2,3}|iv|vii+)[.)]?\Z")
_RATIO_IN_WORDS = re.compile(r"([a-z-]+) (?:to|is to) ([a-z-]+)\Z", re.I)
_AND_A_HALF = re.compile(r"([a-z -]{3,40} and (?:a half|a quarter|one[ -]half)) ([a-z]{2,20})\Z", re.I)
_LETTERS_ONLY = re.compile(r"[A-Za-z][A-Za-z -]*\Z")


def special(source: str) -> Reading | None:
    """Read what is recognised as a whole: choices, times, bases, nothing."""
    if len(source) > 400 or _NUMBER.match(source):
        return None
    if means_nothing(source) or source in ("\\emptyset", "\\{ \\}", "\\{\\}", "{}", "\\{ \\emptyset \\}", "\\phi"):
        return Nothing(source)
    plain = re.sub(r"\\text\s*|[{}]", "", source).strip()
    if yes_or_no((source.lower(),)) is not None:
        return Words(source, (source.lower(),))
    for reader in (_number_set, _spelled, _numeral, _based, _option, _time_or_period, _phrase):
        if (reading := reader(source, plain)) is not None:
            return reading
    return compound(source)


def _number_set(source: str, plain: str) -> Reading | None:
    """Read `all real numbers`, alone or but for some."""
    if _WHOLE_SETS.match(plain):
        return Sets(source, "R", ())
    if named := set_in_words(plain):
        return Sets(source, named, ())
    excepted = _EXCEPT.match(plain)
    if excepted and (whole := "R" if excepted["reals"] else set_in_words(excepted["named"])):
        from rewards.rules.maths.read import read

        return Sets(source, "minus", (Sets(source, whole, ()), read(excepted["left"])))
    return None


def _spelled(source: str, plain: str) -> Reading | None:
    """Read numbers in words: `two and a half hours`, `forty-two`, `three to one`."""
    spelled = number_in_words(source) if _LETTERS_ONLY.match(source) else None
    halves = _AND_A_HALF.match(plain) if spelled is None else None
    if halves and (half := number_in_words(halves[1])) is not None and (unit := unit_of([Token("word", halves[2])])):
        return Value(source, number(half), unit)
    if spelled is not None:
        return Value(source, number(spelled))
    sides = _RATIO_IN_WORDS.match(plain)
    if sides and all(said := [number_in_words(side) for side in sides.groups()]):
        return Ratio(source, tuple(number(part) for part in said if part is not None))
    return None


def _numeral(source: str, plain: str) -> Reading | None:
    """Read infinity, `1.234,5` and Chinese fractions."""
    sign = infinite(source)
    if sign:
        return Value(source, ("const", "oo") if sign > 0 else ("neg", ("const", "oo")))
    if _EUROPEAN.match(plain):
        return Value(source, decimal_node(plain.replace(".", "").replace(" ", "").replace(",", ".")))
    parts = _HAN_FRACTION.match(plain)
    if parts:
        under, over = (number_in_words(part) if not part.isdigit() else int(part) for part in parts.groups())
        if under and over is not None:
            return Value(source, ("div", number(over), number(under)))
    if plain.startswith("百分之"):
        from rewards.rules.maths.read import read

        inner = read(plain[3:])
        return Value(source, ("pct", inner.node)) if isinstance(inner, Value) else None
    return None


def _based(source: str, plain: str) -> Reading | None:
    """Read numbers with a base: `0x1F`, `204_5`."""
    prefixed = _PREFIXED.match(source)
    if prefixed:
        return Based(source, prefixed[2].upper(), {"b": 2, "o": 8, "x": 16}[prefixed[1].lower()])
    match = _BASED.match(source) or _BASED.match(plain)
    if match:
        name = match["base"] or match["named"]
        base = int(name) if name.isdigit() else _BASES.get(name, 0)
        if 2 <= base <= 36 and all(c in "-." or int(c, 36) < base for c in match["digits"]):
            return Based(source, match["digits"].upper(), base)
    return None


def _option(source: str, plain: str) -> Reading | None:
    """Read an option: `(B)`, `B. 42`, `A only`."""
    only = _ONLY.match(plain)
    if only:
        return Choice(source, only[1])
    match = _CHOICE.match(plain if _OPTION.match(plain) else _HAN_OPTION.sub(r"\1", source))
    if match and (letter := match["t"] or match["p"] or match["l"]) and (letter.isupper() or match["p"]):
        rest = match["rest"].strip()
        if not rest or match["mark"].strip() or match["t"] or match["p"]:
            return _choice(source, letter, rest)
    return None


def _time_or_period(source: str, plain: str) -> Reading | None:
    """Read a time of day, a date, or `0.1(6)`."""
    when = moment(source)
    if when is not None and (when.date or when.half or (when.clock and _looks_like_clock(source))):
        return when
    periodic = _PERIODIC.match(plain)
    return Value(source, _with_period(periodic)) if periodic else None


def _phrase(source: str, plain: str) -> Reading | None:
    """Read what is said of a number: a remainder, `3 out of 4`, `an increase of 5%`, a limit from one side."""
    plain = " ".join(plain.split())
    worded = re.sub(r"\\text\s*\{([^{}]*)\}", r"\1 ", source)
    division = _REMAINDER.match(plain)
    if division is None and "remainder" in plain.lower():
        division = _DIVIDED.match(worded)
    if division:
        return _divided(source, division)
    property_ = _PROPERTY.match(plain)
    if property_:
        return Labelled(source, property_[1].lower(), Value(source, number(int(property_[2]))))
    share = _SHARE.match(plain)
    if share and int(share[2]):
        return Value(source, ("div", number(int(share[1])), number(int(share[2]))))
    if (" of " in plain or " by " in plain) and (change := _CHANGE.match(worded)):
        from rewards.rules.maths.read import read

        return read(f"{change['much']} {change['noun']}")
    if ordinal(source) is not None:
        return Words(source, (plain.lower(),))
    limit = _LIMIT.match(source) or _LIMIT.match(worded.strip())
    if limit:
        return _one_sided(source, limit)
    return Words(source, (plain.strip("()."),)) if _ROMAN_LABEL.match(plain) else None


def _with_period(match: re.Match[str]) -> Node:
    """Read `0.1(6)`."""
    sign, whole, fixed, period = match.groups()
    total = Fraction(int(whole + fixed), 10 ** len(fixed))
    total += Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(fixed))
    return number(-total if sign else total)


def _divided(source: str, division: re.Match[str]) -> Items:
    """Read `17 R 2` and `2x+1 with remainder 5` as quotient and remainder."""
    from rewards.rules.maths.read import read

    parts = zip(("quotient", "remainder"), division.groups(), strict=True)
    return Items(source, "list", tuple(Labelled(source, name, read(part)) for name, part in parts))


def _one_sided(source: str, limit: re.Match[str]) -> Reading | None:
    """Read `at least 3`, `> 50`: an inequality about what has no name."""
    from rewards.rules.maths.read import read

    bound = read(limit["bound"])
    sign = _LIMITS.get(" ".join(limit["sign"].lower().split()), limit["sign"])
    return Relation(source, (("sym", ""), bound.node), (sign,)) if isinstance(bound, Value) else None


def _choice(source: str, letter: str, rest: str) -> Reading | None:
    if rest and (
        rest[0] in "+-*/^_=<>!|,&" or rest.startswith(("\\le", "\\ge", "\\cdot", "\\times", "\\in", "\\cup", "("))
    ):
        return None
    if rest and (_MORE.match(rest) or _OTHER_LABEL.search(rest)):
        return None
    from rewards.rules.maths.read import read

    return Choice(source, letter.upper(), read(rest) if rest else None)


def _looks_like_clock(source: str) -> bool:
    """Whether a clock is more than `7:32`, which may be a ratio."""
    return re.fullmatch(r"\d{1,2}\s*:\s*[1-9]\d", source) is None


def chosen(source: str, how: str) -> Reading | str:
    """Read what a user has chosen a reading for, or rewrite it so that it has no other."""
    if how == "decimal_comma":
        return re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"(?<=\d)\.(?=\d{3})", "", source))
    if how == "number":
        return re.sub(r"(?<=\d)[eE]([-+]?\d+)", r"\\times 10^{\1}", source)
    if how == "expression":
        return re.sub(r"(?<=\d)e", " e ", source)
    if how == "list":
        return re.sub(r"(?<=\d),(?=\d)", ", ", source)
    if how == "time":
        return moment(source) or source
    if how == "choice":
        found = re.search(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", "", source))
        return Choice(source, found.group().upper()) if found else source
    return source


def of_kind(reading: Reading, how: str) -> Reading:
    """Settle what two numbers in brackets are, where a user has chosen."""
    if isinstance(reading, Items) and reading.kind == "tuple":
        ends = [item.node for item in reading.items if isinstance(item, Value)]
        if how == "interval" and len(ends) == len(reading.items) == 2:
            return Interval(reading.source, ends[0], ends[1], True, True)
        if how == "point":
            return Items(reading.source, "brackets", reading.items)
    return reading

"""Numbers in words, English and Chinese: cardinals, fractions, mixed numbers, ordinals."""

from __future__ import annotations

import re
from fractions import Fraction

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_LARGE = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        range(1, 21),
        strict=True,
    )
) | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100, "thousandth": 1000}
_PARTS = {"half": 2, "halve": 2, "quarter": 4} | {name: size for name, size in _ORDINALS.items() if size > 2}
_TIMES = {"once": 1, "twice": 2, "thrice": 3, "double": 2, "doubled": 2, "triple": 3, "tripled": 3}
_MOST_WORDS = 20
_HAN = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "〇": 0}
_HAN_LARGE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_HAN_NUMBER = re.compile("[零一二两三四五六七八九十百千万亿〇]+")
_CLASSIFIED = re.compile(
    "(?:[个只条种倍人名本张块件颗根棵头匹辆座天年组对位枚支把双套层步元角分页遍岁月周秒时吨克升米斤亩]|次(?!函|方|项|多|根|曲)|"
    "小时|分钟|千|公|厘|毫|平方|立方|度)(?!不|相|非)[\u3400-\u9fff]{0,3}\\Z"
)
_HAN_PLACE = re.compile("第(\\d{1,9}|[零一二两三四五六七八九十百千万〇]+)[\u3400-\u9fff]{0,2}\\Z")
_PLACED_NOUN = re.compile(
    r"(?:(?:on|at|in) )?(?:the )?(\d{1,9})(?:st|nd|rd|th) "
    r"(?:day|week|month|year|hour|minute|term|number|digit|position|place|row|column|floor|century|person|page|question|"
    r"percentile|move|step|house|seat)\Z"
)
_ORDINAL_DIGITS = re.compile(r"(\d+)\s*(?:\^\s*)?(?:st|nd|rd|th)\Z")


def number_in_words(text: str) -> Fraction | None:
    """Read a number in English words or Chinese characters; None where it is none.

    >>> [str(number_in_words(text)) for text in ("twenty-one", "two hundred and five", "三百零五", "odd")]
    ['21', '205', '305', 'None']
    >>> [str(number_in_words(text)) for text in ("three-fourths", "two and a half", "minus three", "half a dozen")]
    ['3/4', '5/2', '-3', '6']
    """
    plain = text.strip().lower().replace("-", " ").rstrip(".")
    if _HAN_NUMBER.fullmatch(plain):
        return Fraction(_han(plain))
    if plain == "一半":
        return Fraction(1, 2)
    words = plain.split()
    if not words or len(words) > _MOST_WORDS or not words[0].isascii():
        return None
    if words[0] in ("minus", "negative") and len(words) > 1:
        inner = number_in_words(" ".join(words[1:]))
        return None if inner is None else -inner
    return _dozens(words) or _mixed(words)


def _dozens(words: list[str]) -> Fraction | None:
    if words[-1] not in ("dozen", "dozens"):
        return None
    before = [word for word in words[:-1] if word not in ("a", "an")]
    count = _mixed(before) if before else Fraction(1)
    return None if count is None else count * 12


def _mixed(words: list[str]) -> Fraction | None:
    """Read a whole number, a fraction, or both with "and" between them; `three point five`."""
    whole = _cardinal(words)
    if whole is not None:
        return whole
    if "point" in words:
        return _decimal(words)
    for at in [at for at, word in enumerate(words) if word == "and"] or [0]:
        front = _cardinal(words[:at]) if at else Fraction(0)
        part = _fraction(words[at + 1 :] if at else words)
        if front is not None and part is not None and (not at or part < 1):
            return front + part
    return None


def _fraction(words: list[str]) -> Fraction | None:
    """Read `half`, `a third`, `three fourths`."""
    if not words:
        return None
    under = _PARTS.get(words[-1]) or _PARTS.get(words[-1].removesuffix("s"))
    if words[-1] == "halves":
        under = 2
    if under is None:
        return None
    over = words[:-1]
    if not over:
        return Fraction(1, 2) if words == ["half"] else None
    count = Fraction(1) if over in (["a"], ["an"]) else _cardinal(over)
    if not count or (count > 1 and not words[-1].endswith(("s", "half"))):
        return None  # twenty-fifth
    return count / under


def _decimal(words: list[str]) -> Fraction | None:
    at = words.index("point")
    whole = _cardinal(words[:at]) if at else Fraction(0)
    digits = [_SMALL.index(word) for word in words[at + 1 :] if word in _SMALL[:10]]
    if whole is None or not digits or len(digits) < len(words) - at - 1:
        return None
    return whole + Fraction(int("".join(map(str, digits))), 10 ** len(digits))


def _cardinal(words: list[str]) -> Fraction | None:
    total = group = 0
    counted = False
    for at, word in enumerate(words):
        if word == "and" and 0 < at < len(words) - 1:
            continue
        if word in ("a", "an") and at == 0 and len(words) > 1 and words[1] in ("hundred", *_LARGE):
            continue
        if word in _SMALL:
            group += _SMALL.index(word)
        elif word in _TENS:
            group += _TENS[word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _LARGE:
            total, group = total + (group or 1) * _LARGE[word], 0
        else:
            return None
        counted = True
    return Fraction(total + group) if counted else None


def placed_noun(text: str) -> int | None:
    """Read a place together with what stands there: `the 45th day`; None for anything else."""
    match = _PLACED_NOUN.match(" ".join(re.sub(r"\\text\b|[{}]", " ", text).lower().split()))
    return int(match[1]) if match else None


def ordinal(text: str) -> int | None:
    """Read a place in an order, or how many times: `5th`, `twenty-first`, `twice`; None where it is neither.

    >>> ordinal("5th"), ordinal("twenty-first"), ordinal("twice"), ordinal("five")
    (5, 21, 2, None)
    """
    if text[:1] == "-":
        return None
    placed = _HAN_PLACE.match(text)
    if placed:
        return int(placed[1]) if placed[1].isdecimal() and placed[1].isascii() else _han(placed[1])
    plain = " ".join(re.sub(r"\\text\b|[{}]", " ", text).lower().replace("-", " ").split()).removeprefix("the ")
    digits = _ORDINAL_DIGITS.match(plain)
    if digits:
        return int(digits[1][:9])
    if plain in _TIMES:
        return _TIMES[plain]
    *tens, last = plain.split() or [""]
    if last not in _ORDINALS or len(tens) > 1 or (tens and tens[0] not in _TENS):
        return None
    return _ORDINALS[last] + (_TENS[tens[0]] if tens else 0)


def counted(text: str) -> tuple[int, str] | None:
    """Split Chinese such as 三个 into the number and what was counted; None where it is no such thing.

    >>> counted("三个"), counted("个三")
    ((3, '个'), None)
    """
    match = _HAN_NUMBER.match(text)
    if match and not _CLASSIFIED.match(text, match.end()):
        return None  # 两者, 一定, 二次函数
    return (_han(match.group()), text[match.end() :]) if match and match.end() < len(text) else None


def _han(text: str) -> int:
    if not any(c in _HAN_LARGE for c in text):
        return int("".join(str(_HAN[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _HAN:
            digit = _HAN[c]
        elif _HAN_LARGE[c] >= 10**4:
            total, section, digit = (total + section + digit) * _HAN_LARGE[c], 0, 0
        else:
            section += (digit or 1) * _HAN_LARGE[c]
            digit = 0
    return total + section + digit

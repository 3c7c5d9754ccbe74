"""Text answers: words that count, yes and no, no solution."""

from __future__ import annotations

import re

_NOTHING = frozenset(
    "none|empty set|the empty set|empty|dne|undefined|no such|no answer|not exist|nosolution|there are none|none exist|"
    "inconsistent|has no solution|has no solutions|no solutions found|无解|不存在|空集|没有|无|无实数解|无实数根|"
    "keine lösung|keine lösungen|sin solución|pas de solution|aucune solution|nessuna soluzione|"
    "нет решений|нет решения".split("|")
)
_NOTHING_LIKE = re.compile(
    r"(?:(?:(?:the|this) )?(?:limit|integral|sum|value|equation|function|inverse|solution|maximum|minimum|system)"
    r"|it|such)?\s?(?:does not|doesn't|do not|don't) exist|"
    r"(?:(?:there|it|(?:the )?(?:equation|system|inequality|problem)|which) (?:is|are|has|have) )?no (?:such )?"
    r"(?:real |integer |whole |positive |rational |valid |possible |common |other )*"
    r"(?:solutions?|roots?|integers?|numbers?|values?|(?:value|values) of [a-z]|solution sets?|[kmnxyz])"
    r"(?: (?:exist|exists|in r|in z|over the reals))?|(?:there (?:is|are) )?no such [a-z]+(?: [a-z])?(?: exists?)?"
)
_HAN_NOTHING = re.compile("(?:原|该|此|这个)?(?:方程组?|不等式组?|题)?(?:无实?数?解|无实数?根|没有(?:实数)?[解根])\\Z")
_YES = frozenset("yes true correct right 是 对 正确 是的 能 可以 会 存在 √ ✓ \\sqrt oui ja sí si da".split())
_NO = frozenset(
    "no false incorrect wrong 否 不是 错 错误 不能 不能够 不可以 不会 不对 不存在 不正确 \\times non nein nope".split()
)
_DROPPED = frozenset("a an the of is are it its to be will in that this these there".split())
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[\u3400-\u9fff]+|[^\W\d_]+|[-+=<>/^]|\\[a-z]+")
_FILLER = re.compile(
    r"^(?:(?:so|thus|hence|therefore|answer|final answer|the answer|the final answer|ans|result|solution|"
    r"the solution|the result|we get|we have|i think|it is|it's|答案|答|解|结果)\b,?\s*"
    r"(?:is|are|为|是|equals)?\s*[:：=]?\s*)+(?=\S)|"
    r"^(?:(?:die|la|a|le) )?(?:antwort|respuesta|réponse|risposta|resposta|ответ)\b(?: correcta| finale?)?"
    r"(?: (?:ist|est|es|è|é)\b)?\s*[:：]?\s*(?=\S)|^答えは|^(?:정답|답)(?:은|:)\s*|"
    r"^(?:故|应|本题)?选(?:择)?[:：]?\s*(?=[A-J])|^(?:答案|最终答案|结果)(?:为|是)?[:：]?\s*|"
    r"^(?:approximately|approx\.?|about|roughly|around|nearly|exactly|only|\\approx|\\sim|~|=|大约|约为|约)\s*(?=[-\d.\\(\[$A-Za-z])",
    re.IGNORECASE,
)


_ARTICLE = re.compile(
    r"^(?:an?|the)\s+(?=[A-Za-z]{3,})(?!(?:and|or|only|third|quarter|fourth|fifth|tenth|dozen|hundred|thousand)\b)",
    re.IGNORECASE,
)


def without_filler(text: str) -> str:
    """Take off the words that introduce an answer.

    >>> without_filler("The answer is: 5"), without_filler("答案是5"), without_filler("approximately 3.14")
    ('5', '5', '3.14')
    """
    for _ in range(3):
        shorter = _FILLER.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return _ARTICLE.sub("", text)


def significant(text: str) -> tuple[str, ...]:
    """Return the words that count, in lower case.

    >>> significant("The Midpoints form a regular hexagon.")
    ('midpoints', 'form', 'regular', 'hexagon')
    """
    words = [
        word if word == "A" and at else word.lower()  # Machine A
        for at, word in enumerate(_WORD.findall(re.sub(r"\\text|[{}]", " ", text)))
    ]
    kept = tuple(word for word in words if word not in _DROPPED)
    return kept or tuple(words)


_INFINITE = {
    "infinite": 1, "infinity": 1, "infinitely many": 1, "positive infinity": 1, "+infinity": 1, "negative infinity": -1,
    "minus infinity": -1, "-infinity": -1, "无穷大": 1, "无穷": 1, "正无穷": 1, "负无穷": -1, "无数": 1, "无数个": 1,
    "无穷多": 1, "无穷多个": 1, "无限多": 1, "无限多个": 1, "无限": 1,
}  # fmt: skip


_COUNTLESS = re.compile(
    r"(?:(?:there|it|(?:the )?(?:system|equation|problem)) (?:are|is|exist|has|have) )?"
    r"(?:infinitely many|an infinite number of|an infinite number)(?: [a-z]+){0,3}\Z"
)
_GROWS = re.compile(
    r"(?:(?:it|the (?:limit|integral|series|sequence|sum)) )?(?:diverges|tends|goes|grows|increases|decreases)"
    r"(?: without bound)? to (?P<sign>positive |negative |plus |minus |[-+])?(?:infinity|\\infty)\Z"
)


def infinite(text: str) -> int:
    """Return the sign of an infinity in words; 0 where it is none.

    >>> infinite("negative infinity"), infinite("many")
    (-1, 0)
    """
    plain = " ".join(re.sub(r"\\text|[{}.]", " ", text).lower().split())
    if grows := _GROWS.match(plain):
        return -1 if (grows["sign"] or "").strip() in ("negative", "minus", "-") else 1
    return _INFINITE.get(plain, 1 if _COUNTLESS.match(plain) else 0)


_REMARK = re.compile(r"\s*\([^()]*\)\Z|,? (?:because|since|as)\b.*\Z", re.DOTALL)


def means_nothing(text: str) -> bool:
    """Whether the text says that there is no solution.

    >>> means_nothing("No real solutions."), means_nothing("5")
    (True, False)
    """
    plain = re.sub(r"\\text|[{}.!]", " ", text).lower()
    plain = _REMARK.sub("", " ".join(plain.split()))
    return plain in _NOTHING or _NOTHING_LIKE.fullmatch(plain) is not None or _HAN_NOTHING.match(plain) is not None


def yes_or_no(words: tuple[str, ...]) -> bool | None:
    """Whether the words begin with a yes or a no; None where they do with neither."""
    if not words:
        return None
    if words[0] in _YES:
        return True
    return False if words[0] in _NO else None

"""Chinese answers that are formulas with words for their signs or in front: `x大于3`, `解析式为y=2x+1`."""

from __future__ import annotations

import re

_SIGNS = (
    (re.compile("大于或?等于|不小于|不少于|不低于"), r" \\ge "),
    (re.compile("小于或?等于|不大于|不超过|不多于|不高于"), r" \\le "),
    (re.compile("不等于"), r" \\ne "),
    (re.compile("大于"), " > "),
    (re.compile("小于"), " < "),
    (re.compile("等于"), " = "),
)
_HAN = re.compile("[\u3400-\u9fff]")
_RATIO = re.compile(r"\d+(?:\.\d+)?(?:\s*比\s*\d+(?:\.\d+)?)+")
_JOINING = re.compile("[且或和]")
_INTRODUCED = re.compile(
    r"[\u3400-\u9fff]{0,8}(?<![不非未])(?:解析式|方程|表达式|范围|解集|公式|通项|坐标|关系式|不等式|函数)(?:为|是)[:：]?\s*"
    r"(?=[^\s\u3400-\u9fff])"
)


def in_signs(source: str) -> str:
    """Write an answer's words as signs, and take off the words that introduce a formula.

    >>> in_signs("x大于3"), in_signs("解析式为y=2x+1"), in_signs("x大于小明"), in_signs("不是y=2x+1")
    ('x > 3', 'y=2x+1', 'x大于小明', '不是y=2x+1')
    """
    if len(source) > 200 or not _HAN.search(source):
        return source
    said = source
    introduced = _INTRODUCED.match(source)
    if introduced:
        said = source[introduced.end() :]
    if _RATIO.fullmatch(said):
        return said.replace("比", ":")
    for words, sign in _SIGNS:
        said = words.sub(sign, said)
    return source if said == source or _HAN.search(_JOINING.sub("", said)) else " ".join(said.split())

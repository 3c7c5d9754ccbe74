"""Chinese text answers: what remains of a phrase when what merely frames it is taken off."""

from __future__ import annotations

import re

_FRAMES = re.compile(
    r"(?:因此|所以|故|即|综上|可知|得|答案|结论|命题|该|此|这个|这是|这|那么|它们|它|他们|他|她|两者|二者|三者|本题|其|一个|一种|一条|"
    r"均|都|也|互相|相互|第|有|逐渐|保持|成|越来越|将|会|已经|已|轨迹|的|了|是|为|呈|属于|成立|应|应该|选|填|我们|时|这样|中|而|色)+"
)
_GENERIC = (
    "函数 数列 图形 图象 图像 直线 三角形 四边形 多边形 曲线 条件 命题 事件 方程 集合 级数 同学 问题 方法 情况 关系 "
    "象限 产品 运动 体 队 班 变化 说法 游戏 角 数 图 线"
).split()
_SAME = tuple(
    pair.split("=")
    for pair in (
        "单调递增=增 单调递减=减 单调增=增 单调减=减 递增=增 递减=减 增加=增 减少=减 增大=增 减小=减 相同=一样 "
        "不存在=无 没有=无 无法=不能 可能性=可能 正方体=立方体 星期日=星期天 周=星期 礼拜=星期 充分必要=充要 并且=且 "
        "正三角形=等边三角形 "
        "既不充分又不必要=既不充分也不必要"
    ).split()
)
_NEGATION = re.compile("不|非|无|未|没|否|错|异")
_HAN = re.compile("[\u3400-\u9fff]")
_MARK = re.compile(r"[\s,，。.;；:：、!！?？\"'“”()（）{}$]|\\text|\\[a-z]+ ?(?=[\s])")
_DEGREES = re.compile(r"\s*\^\s*\{?\s*\\circ\s*\}?")
_NUMBERED = re.compile("(方案|方法|情形|类型|步骤|小组)([1-9])(?![0-9])")
_PERSON = re.compile("[甲乙丙丁戊](?:方案|队|班|车|厂|商店|超市|公司|同学|种)?|小[\u3400-\u9fff]")
_LONGEST = 60


def same_han(reference: str, answer: str) -> bool:
    """Whether two Chinese phrases say the same.

    >>> same_han("等腰三角形", "这是等腰三角形"), same_han("偶函数", "非奇非偶函数"), same_han("减函数", "单调递减")
    (True, False, True)
    """
    if not _HAN.search(reference) or not _HAN.search(answer) or max(len(reference), len(answer)) > _LONGEST:
        return False
    ours, theirs = _bare(reference), _bare(answer)
    if ours == theirs or _parts(reference) == _parts(answer):
        return bool(ours)
    if len(_NEGATION.findall(ours)) != len(_NEGATION.findall(theirs)) or "或" in theirs:
        return False
    for kind in _GENERIC:
        core, other = (text.removesuffix(kind) for text in (ours, theirs))
        if core and core == other and (core != ours) != (other != theirs):
            return True
        if core and core != ours and _predicate(theirs, core):
            return True
    return _predicate(theirs, ours) or _predicate(ours, theirs) or _who(ours, theirs) or _who(theirs, ours)


def _bare(text: str) -> str:
    text = _NUMBERED.sub(lambda match: match[1] + "零一二三四五六七八九"[int(match[2])], _DEGREES.sub("度", text))
    plain = _MARK.sub("", text)
    for written, meant in _SAME:
        plain = plain.replace(written, meant)
    return _FRAMES.sub("", plain) or plain


def _who(longer: str, name: str) -> bool:
    """Whether the longer one says of a person what makes the name the answer: 甲先到."""
    if not _PERSON.fullmatch(name) or not longer.startswith(name):
        return False
    rest = longer[len(name) :]
    return len(rest) < 8 and not _PERSON.search(rest) and not re.search("后|输|败|最慢|最小|差|劣|亏|不", rest)


def _parts(text: str) -> list[str]:
    """Return what 和, 与 or a comma join, in order."""
    return sorted(_bare(part) for part in re.split("[和与及、,，]", text))


def _predicate(longer: str, shorter: str) -> bool:
    """Whether the longer one says the shorter one of something that it names first: 函数f(x)单调递增."""
    if not shorter or not longer.endswith(shorter):
        return False
    named = re.sub(r"[A-Za-z0-9()=^+*/|\\-]", "", longer[: -len(shorter)])
    if named in _GENERIC:
        return True
    things = re.split("[与和跟]", re.sub("^[两二三四几]条?个?", "", named))
    return all(thing in ("", "圆", "椭圆", "平面", *_GENERIC) for thing in things)

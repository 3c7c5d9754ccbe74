r"""Tokens of an answer: numbers, names, commands, words and marks."""

from __future__ import annotations

import re
from typing import NamedTuple

from rewards.rules.maths.errors import Unreadable

MOST_TOKENS = 60_000


class Token(NamedTuple):
    r"""A piece of an answer.

    Args:
        kind: `num`, `name` (one letter), `word` (several), `text` (inside `\text`, or another script), `cmd`, `op`, or
            `env` and `end` for LaTeX environments.
        value: the text; of numbers with their separators removed, of commands without the backslash.
        spaced: whether space stands before it.
        raw: how a number was written; empty elsewhere.
    """

    kind: str
    value: str
    spaced: bool = False
    raw: str = ""


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<grouped>(?<![\d.,])[1-9]\d{0,2}(?:(?:,\d{3})+|(?:[ ]\d{3})+)(?![\d]|,\d|[ ]*/)(?:\.\d+)?)
    |(?P<num>\d+(?:\.\d+)?|\.\d+)
    |(?P<word>[A-Za-z\u00c0-\u024f]+)
    |\\(?P<cmd>[A-Za-z]+)
    |(?P<op>\\[{}|%&\#_$]|\\\\|<=|>=|!=|==|=<|=>|->|\*\*|\|\||''|[^\w\s])
    |(?P<other>_|[^\W\d_a-zA-Z]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_EXPONENT = re.compile(r"([eE])([-+]?\d+)(?![\dA-Za-z.])")
_DIFFERENTIALS = re.compile("(?:d[a-zA-Z]){2,3}")
_OPENING, _CLOSING = "([", ")]"
_SAME = {
    "<=": "le",
    ">=": "ge",
    "!=": "ne",
    "==": "=",
    "=<": "le",
    "=>": "Rightarrow",
    "->": "to",
    "**": "^",
    "||": "\\|",
}
_CONNECTIVES = frozenset(["and", "or", "和", "或", "且"])
_NO_SETS = frozenset("EPLSVD")  # expectation, probability, and what solutions are called
_TEXT_COMMANDS = frozenset({"text", "mathrm", "operatorname"})


def tokens(text: str) -> list[Token]:
    r"""Cut a tidied answer into tokens.

    Raises:
        Unreadable: it has too many.

    >>> [t.value for t in tokens(r"\frac {1}{2} x, 1,000")]
    ['frac', '{', '1', '}', '{', '2', '}', 'x', ',', '1000']
    """
    out: list[Token] = []
    at, depth, spaced = 0, 0, False
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match is not None  # the last alternative matches any character
        kind, value = match.lastgroup or "other", match.group(match.lastgroup or "other")
        if kind == "space":
            spaced, at = True, match.end()
            continue
        if kind == "grouped" and depth and "," in value:
            match = re.compile(r"\d+(?:\.\d+)?").match(text, at)
            assert match is not None
            kind, value = "num", match.group()
        at = match.end()
        if kind in ("num", "grouped"):
            token, at = _number(text, value, at, spaced)
        elif kind == "cmd":
            token, at = _command(text, value, at, spaced)
        elif kind == "op":
            token = _mark(value, spaced)
            depth += (value in ("(", "[", "\\{")) - (value in (")", "]", "\\}"))
        elif kind == "word":
            token = Token("name" if len(value) == 1 else "word", value, spaced)
        else:
            token = Token("op" if value == "_" else "text", value, spaced)
        if token.kind == "word" and "\\int" in text and _DIFFERENTIALS.fullmatch(value):
            out += [Token("word", value[start : start + 2], spaced) for start in range(0, len(value), 2)]
        else:
            out.append(token)
        spaced = False
        if len(out) > MOST_TOKENS:
            raise Unreadable(f"more than {MOST_TOKENS} tokens")
    return _regrouped(out) if "\\text" in text or "\\begin" in text else out


def _regrouped(pieces: list[Token]) -> list[Token]:
    r"""Cut connectives off texts, and make one environment of a brace that opens before one and never closes."""
    out: list[Token] = []
    for at, token in enumerate(pieces):
        if token.kind == "text" and len(token.value) > 1:
            out += _parted(token)
        elif token.kind == "env" and out and out[-1][:2] == ("op", "\\{") and (end := _end(pieces, at)):
            out[-1] = token._replace(value="cases")
            pieces[end] = pieces[end]._replace(value="cases")
            if token.value == "array":
                pieces[at + 1 : at + 1 + _columns(pieces, at + 1)] = []
        else:
            out.append(token)
    return out


def _parted(token: Token) -> list[Token]:
    r"""Cut `\text{ chickens and }` into what was counted and the connective."""
    if token.value[-1] in ",;" and token.value[:-1].strip():
        return [*_parted(token._replace(value=token.value[:-1].strip())), Token("op", token.value[-1])]
    first, _, rest = token.value.partition(" ")
    if first in _CONNECTIVES and rest:
        return [token._replace(value=first), token._replace(value=rest, spaced=True)]
    rest, _, last = token.value.rpartition(" ")
    if last in _CONNECTIVES and rest:
        return [token._replace(value=rest), token._replace(value=last, spaced=True)]
    return [token]


def _end(pieces: list[Token], start: int) -> int:
    """Return where an environment ends that no brace closes behind it; 0 where there is none or one does."""
    depth = 0
    for at in range(start, len(pieces)):
        depth += (pieces[at].kind == "env") - (pieces[at].kind == "end")
        if depth == 0:
            closed = any(token.kind == "op" and token.value == "\\}" for token in pieces[at + 1 : at + 2])
            return 0 if closed else at
    return 0


def _columns(pieces: list[Token], start: int) -> int:
    """Return how many tokens the column description of an array takes."""
    if start >= len(pieces) or pieces[start][:2] != ("op", "{"):
        return 0
    end = next((at for at in range(start, len(pieces)) if pieces[at][:2] == ("op", "}")), start - 1)
    return end - start + 1


def _number(text: str, value: str, at: int, spaced: bool) -> tuple[Token, int]:
    plain = value.replace(",", "").replace(" ", "")
    match = _EXPONENT.match(text, at)
    if match and (
        value == "1" or "." in value or match[2][0] not in "+-" or match[1] == "E" or abs(int(match[2][:9])) > 3
    ):
        return Token("num", f"{plain}e{match[2]}", spaced, value + match.group()), match.end()
    return Token("num", plain, spaced, value), at


def _mark(value: str, spaced: bool) -> Token:
    same = _SAME.get(value, value)
    if same[0].isalpha():
        return Token("cmd", same, spaced)
    return Token("op", {"\\%": "%", "\\_": "_", "\\&": "&", "\\#": "#", "\\$": "$"}.get(same, same), spaced)


def _command(text: str, name: str, at: int, spaced: bool) -> tuple[Token, int]:
    if name in _TEXT_COMMANDS:
        content, end = braced(text, at)
        content = content.replace("{", " ").replace("}", " ")
        return Token("text", " ".join(content.replace("~", " ").split()), spaced), end
    if name in ("begin", "end", "mathbb"):
        content, end = braced(text, at)
        if name == "mathbb" and content.strip() in _NO_SETS:
            return Token("name", content.strip(), spaced), end
        if name == "mathbb":
            return Token("cmd", f"mathbb{content.strip()}", spaced), end
        return Token("env" if name == "begin" else "end", content.strip().rstrip("*"), spaced), end
    if name == "circ":
        return Token("cmd", "circ", spaced), at
    return Token("cmd", name, spaced), at


def braced(text: str, at: int) -> tuple[str, int]:
    """Return the braced group that starts at `at`, or the next word where there is no brace, and where it ends."""
    while at < len(text) and text[at] == " ":
        at += 1
    if at >= len(text) or text[at] != "{":
        match = re.compile(r"[A-Za-z]").match(text, at)
        return (match.group(), match.end()) if match else ("", at)
    depth = 0
    for end in range(at, len(text)):
        if text[end] == "{" and text[end - 1] != "\\":
            depth += 1
        elif text[end] == "}" and text[end - 1] != "\\":
            depth -= 1
            if not depth:
                return text[at + 1 : end], end + 1
    return text[at + 1 :], len(text)

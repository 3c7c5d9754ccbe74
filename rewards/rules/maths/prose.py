r"""Answers with words around them: `x = 2 \text{ for all } y`, `the area is 12`, `all integers n \ge 2`.

Each reduction gives shorter tokens that may be read where the whole could not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rewards.rules.maths.brackets import Pieces, is_op, levels
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.tokens import Token

_QUALIFIERS = (
    "for all", "for any", "for every", "for each", "for some", "for", "where", "with", "provided", "such that",
    "respectively", "as required", "when", "其中",
    "is the only", "are the only", "is the solution", "are the solutions", "is the unique", "are the roots",
)  # fmt: skip
_SIGNS = frozenset(["ge", "le", "ne", "in", "equiv"])
_CONSTANT = frozenset(
    ["constant", "is constant", "is a constant", "is any constant", "is an arbitrary constant", "is any real number"]
)
_KINDS = frozenset(
    "all any every each the set of positive negative non-negative nonnegative nonzero real natural rational integer "
    "integers number numbers reals values value that such with where which satisfying for is are so x: "
    "approximately approx about roughly around exactly only just total altogether nearly in year".split()
)
_CURVES = frozenset(
    "line plane circle ellipse parabola hyperbola curve sphere tangent normal equation function a an".split()
)
_POINTS = frozenset("point vertex center centre focus coordinates midpoint intersection".split())
_VERBS = frozenset(["is", "are", "equals", "be", "was", "ist", "es", "est", "是", "为", "等于"])
REFUSED = frozenset(
    "not no never or either neither maybe perhaps wrong incorrect false between isn't cannot can't if unless at "
    "than".split()
)
_DOUBTED = REFUSED | {"guess", "guessed", "invalid", "rejected", "extraneous", "impossible", "unsure", "doubtful"}
_MOST_WORDS = 12


_PROPERTIES = frozenset(
    "even odd prime primes composite square squares cube cubes perfect multiple multiples divisible power powers "
    "coprime rational irrational distinct permutation permutations".split()
)
_REASONING = frozenset("yes true since because".split())
_SIGN_AROUND = re.compile(r"[\d\\=<>+^*]|(?<![a-z])-|-(?![a-z])")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<!\\)\$([^$]+)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)


def only_formula(text: str) -> str | None:
    """Return the one formula of a sentence, `Thus $x > 5$ is the solution.`; None where it is not the only content.

    >>> only_formula("Thus $x > 5$ is the solution."), only_formula("not $5$"), only_formula("3 of $5$")
    ('x > 5', None, None)
    """
    if len(text) > 300:
        return None
    found = list(_FORMULA.finditer(text))
    if len(found) != 1:
        return None
    around = (text[: found[0].start()] + " " + text[found[0].end() :]).lower()
    words = re.findall(r"[a-z]+|\\[a-z]+", around)
    formula = next(group for group in found[0].groups() if group is not None)
    if set(words) & (_PROPERTIES | _REASONING) or re.fullmatch(r"\s*\\?[A-Za-z]+\s*", formula):
        return None
    if not words or len(words) > _MOST_WORDS or _SIGN_AROUND.search(around) or set(words) & REFUSED:
        return None
    return formula


def reductions(pieces: Pieces) -> Iterator[Pieces]:
    """Yield what is left without a qualifier behind, a remark in parentheses, or words in front."""
    if not pieces:
        return
    try:
        depth = levels(pieces)
    except Unreadable:
        return
    for reduce in (_without_qualifier, _behind_qualifier, _without_remark, _without_kind, _behind_verb):
        shorter = reduce(pieces, depth)
        if shorter and shorter != pieces:
            yield shorter


def _words(token: Token) -> str:
    if token.kind == "cmd" and token.value == "forall":
        return "for all"
    return token.value.lower().strip(" ,.;:") if token.kind in ("text", "word", "name") else ""


def qualifies(token: Token) -> bool:
    """Whether what a token begins is said of the answer before it: `where n`, `for all x`."""
    words = _words(token)
    return bool(words) and any(words == q or words.startswith(q + " ") for q in _QUALIFIERS)


def _without_qualifier(pieces: Pieces, depth: list[int]) -> Pieces | None:
    for at in range(1, len(pieces)):
        if not depth[at] and qualifies(pieces[at]):
            if _answers_again(pieces, at, depth):
                return None
            return [*_trimmed(pieces[:at]), *_declarations(pieces[:at], pieces[at:])]
    if len(pieces) > 3 and _words(pieces[-1]) in _CONSTANT and pieces[-2].kind == "name":  # f(x) = kx, k constant
        return [*_trimmed(pieces[:-2]), *_declarations(pieces[:-2], pieces[-2:])]
    return None


def _answers_again(pieces: Pieces, at: int, depth: list[int]) -> bool:
    """Whether another answer stands behind the qualifier: `f(x) = x for all x, f(x) = 0`."""
    cuts = [
        place
        for place in range(at + 1, len(pieces))
        if not depth[place] and (is_op(pieces[place], ",", ";") or _words(pieces[place]) in ("and", "or"))
    ]
    first = pieces[at : cuts[0]] if cuts else pieces[at:]
    counted = any(is_op(token, "=") for token in first)
    related = counted or any(is_op(token, "<", ">") or token.value in _SIGNS for token in first)
    if any(is_op(token, "+") for token in first) and not related:
        return True  # for all x + 97
    if not cuts:
        return False
    for start, end in zip(cuts, [*cuts[1:], len(pieces)], strict=True):
        part = pieces[start + 1 : end]
        if not part:
            continue
        if not counted and (part[0].kind == "num" or part[0].value == "frac" or is_op(part[0], "[", "(")):
            return True
        if part[0][:2] == pieces[0][:2] and any(is_op(token, "=") for token in part):
            return True
    return False


def _declarations(kept: Pieces, cut: Pieces) -> list[Token]:
    r"""Return what a qualifier declares, in symbols: `for some constants a and b`, `for positive integers k`."""
    words = " ".join(token.value for token in cut)
    domain = _domain(words.lower())
    here = {letter for token in kept if token.kind in ("name", "word") for letter in token.value}
    names = sorted(here & set(re.findall(r"(?<![A-Za-z\\'])[A-Za-z](?![A-Za-z'])", words)))
    if not domain or not names:
        return []
    listed = [token for name in names for token in (Token("op", ","), Token("name", name))]
    return [*listed, Token("cmd", "in"), Token("cmd", f"mathbb{domain}")]


def _domain(words: str) -> str:
    if "integer" in words or "mathbbz" in words:
        return "Z^+" if "positive" in words or "mathbbz^" in words else "Z"
    if "natural" in words or "mathbbn" in words:
        return "N"
    return "R" if "constant" in words or "real" in words or "mathbbr" in words or "parameter" in words else ""


def _behind_qualifier(pieces: Pieces, depth: list[int]) -> Pieces | None:
    r"""Take what follows `for all x,` or `\forall x > 0:` in front."""
    if not qualifies(pieces[0]):
        return None
    at = next((at for at, token in enumerate(pieces) if not depth[at] and is_op(token, ",", ":", ";")), 0)
    return pieces[at + 1 :] if at else None


def _without_remark(pieces: Pieces, depth: list[int]) -> Pieces | None:
    r"""Cut `(units)`; of `(n \in \mathbb{Z})` keep the declaration."""
    last = pieces[-1]
    if last.value == "only" and any(token.kind == "num" for token in pieces):  # 2 and 3 only, but not I only
        return _trimmed(pieces[:-1])
    if last.kind == "text" and last.value in ("(no units)", "(unitless)", "(dimensionless)"):
        return _trimmed(pieces[:-1])
    if last.kind == "text" and set(re.findall("[a-z]+", last.value.lower())) & _DOUBTED:
        return None
    if (
        last.kind == "text"
        and last.value.startswith("(")
        and last.value.endswith(")")
        and not any(map(str.isdigit, last.value))
    ):
        return _trimmed(pieces[:-1])
    if not is_op(last, ")"):
        return None
    start = max((at for at, token in enumerate(pieces) if is_op(token, "(") and not depth[at]), default=0)
    inside = pieces[start + 1 : -1]
    if start == 0 or depth[-1]:
        return None
    if any(token.kind == "cmd" and token.value == "in" for token in inside):
        return [*_trimmed(pieces[:start]), Token("op", ","), *inside]
    if any(
        is_op(token, "=", "<", ">") or (token.kind == "cmd" and token.value in ("ne", "le", "ge")) for token in inside
    ):
        return _trimmed(pieces[:start])
    if any(_words(token) in _DOUBTED - {"no", "at", "if"} for token in inside):
        return None
    prose = any(token.kind in ("text", "word") and len(token.value) > 2 for token in inside)
    return _trimmed(pieces[:start]) if prose and not any(token.kind == "num" for token in inside) else None


def _without_kind(pieces: Pieces, depth: list[int]) -> Pieces | None:
    at = 0
    known = _KINDS | _CURVES if any(is_op(token, "=") for token in pieces) else _KINDS
    known = known | _POINTS if is_op(pieces[-1], ")") else known
    while at < len(pieces) and pieces[at].kind in ("text", "word") and set(_words(pieces[at]).split()) <= known:
        at += 1
    return pieces[at:] if 0 < at < len(pieces) else None


def _behind_verb(pieces: Pieces, depth: list[int]) -> Pieces | None:
    """Take what stands behind the last verb of a sentence that says nothing else: `the area is 12`."""
    at = 0
    words: list[str] = []
    while at < len(pieces) and pieces[at].kind in ("text", "word", "name", "cmd"):
        words += _words(pieces[at]).split()
        at += 1
        if words and words[-1] in _VERBS:
            break
    else:
        return None
    if len(words) > _MOST_WORDS or set(words) & REFUSED or at >= len(pieces) or len(words) < 2:
        return None
    return None if any(REFUSED & set(_words(token).split()) for token in pieces[at:]) else pieces[at:]


def _trimmed(pieces: Pieces) -> Pieces:
    end = len(pieces)
    while end and is_op(pieces[end - 1], ",", ";", ":", "."):
        end -= 1
    return pieces[:end]

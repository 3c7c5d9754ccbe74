r"""From text to a reading: what kind of answer this is, and what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from rewards.rules.maths.arrows import concluded
from rewards.rules.maths.brackets import Pieces, enclosed, has_outside, is_op, split, ungrouped
from rewards.rules.maths.branches import in_a_line
from rewards.rules.maths.characters import tidy
from rewards.rules.maths.combinations import combination
from rewards.rules.maths.congruences import congruence
from rewards.rules.maths.cursor import SHALLOW
from rewards.rules.maths.differentials import behind_fractions
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.han_signs import in_signs
from rewards.rules.maths.headings import under_heading
from rewards.rules.maths.labels import prose_name
from rewards.rules.maths.left_sides import prose_label
from rewards.rules.maths.lists import collected, delimited, half_open
from rewards.rules.maths.matrices import matrix
from rewards.rules.maths.numerals import with_point
from rewards.rules.maths.parse import parse
from rewards.rules.maths.parts import numbered_parts
from rewards.rules.maths.permuted import before_permutations, permuted
from rewards.rules.maths.prose import only_formula, reductions
from rewards.rules.maths.quantities import value
from rewards.rules.maths.readings import (
    Items,
    Labelled,
    Nothing,
    Ratio,
    Reading,
    Value,
    Words,
)
from rewards.rules.maths.relations import related
from rewards.rules.maths.special import chosen, of_kind, special
from rewards.rules.maths.spoken import counted, number_in_words
from rewards.rules.maths.tokens import Token, tokens
from rewards.rules.maths.tree import Node, number
from rewards.rules.maths.unions import united
from rewards.rules.maths.units import unit_of
from rewards.rules.maths.words import means_nothing, significant, without_filler

_UNENDING = re.compile(
    r"(?P<sign>-?)(?P<whole>\d*)\.(?P<fixed>\d{0,6}?)(?P<period>\d{1,6}?)(?P=period){2,}(?:\.\.\.|\\ldots)\s*\Z"
)
_GROUPED = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_PLAINLY = re.compile(
    r"(?i:option|choice|answer)?\s*\(?[A-Ja-j]\)?\Z|(?:\([A-J]\)|[A-J][.):])\s+(?!\(?[A-J]\b|and\b|or\b)"
)
_ALL_TEXT = re.compile(r"\\text\s*\{([^{}\\]*)\}")
_MULTIPLICITY = re.compile(
    r"(?:\\text\s*\{)?,?\s*\((?:(?:a )?(?:double|triple|repeated) (?:real )?root|(?:with )?multiplicity:? \d)\)\s*\}?"
)
_REJECTED = re.compile(
    r",?\s*(?:\\text\s*\{\s*)?\((?:we )?(?:reject|discard)(?:ing|ed)?\b(?: \})?[^()]*\)\s*\}?\Z|"
    r",?\s*(?:\\text\s*\{\s*)?\([^()]*?(?:is|are) (?:rejected|discarded|extraneous)\s*\}?\s*\)\s*\}?\Z"
)
_LONGEST_PROSE = 120
_MOST_REDUCTIONS = 3
_TRAILING = ".,;:!?"


def read(text: str, how: str = "auto", depth: int = SHALLOW) -> Reading:
    """Read an answer. Text that is no mathematics is read as words.

    Args:
        text: what stood in the box, or the reference.
        how: the kind to read it as; `auto` goes by its form.
        depth: how deep brackets may nest.

    Raises:
        TooMuch: it is too large, or nests too deep, for what is allowed here.
    """
    source = without_filler(tidy(text)).strip()
    if "root" in source or "multiplicity" in source:
        source = _MULTIPLICITY.sub("", source).strip()
    if "reject" in source or "discard" in source or "extraneous" in source:
        source = _REJECTED.sub("", source).strip()
    unending = _UNENDING.match(source) if how == "auto" else None
    if unending:
        return Value(source, _recurring_node(unending))
    source = _undressed(source)
    source = _unquoted(source.rstrip(".,;: ") if not source.endswith("\\.") else source)
    if how == "auto":
        source = with_point(source)
        source = source if source.isascii() else in_signs(source)
    if how == "text":
        return Words(source, significant(source))
    kept = before_permutations(source) if how == "auto" else None
    if kept is not None:
        inner = read(kept[0], how, depth)
        inner = inner.inner if isinstance(inner, Labelled) else inner
        orders = permuted(inner, kept[1], source)
        if orders is not None:
            return orders
    parts = numbered_parts(source) if how == "auto" else None
    if parts is not None:
        return Items(source, "brackets", tuple(read(part, how, depth) for part in parts))
    whole = special(source) if how == "auto" else None
    if whole is not None:
        return whole
    if how != "auto":
        selected = chosen(source, how)
        if isinstance(selected, Reading):
            return selected
        source = selected
    try:
        pieces = behind_fractions(tokens(source)) if "\\int" in source else tokens(source)
        return of_kind(_read_or_reduced(pieces, source, depth, _MOST_REDUCTIONS), how)
    except Unreadable:
        lone = only_formula(text)
        if lone is not None:
            return read(lone, how, depth)
        spelled = number_in_words(source) if len(source) < 200 else None
        han = counted(source) if len(source) < 20 else None
        if han is not None and (unit := unit_of([Token("text", han[1])])) is not None:
            return Value(source, number(han[0]), unit)
        return Words(source, significant(source)) if spelled is None else Value(source, number(spelled))


def _recurring_node(match: re.Match[str]) -> Node:
    """Read `0.333...`, whose period was written three times or more, as the fraction it stands for."""
    whole, fixed, period = match["whole"] or "0", match["fixed"], match["period"]
    value = Fraction(int(whole + fixed), 10 ** len(fixed))
    value += Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(fixed))
    return number(-value if match["sign"] else value)


def _read_or_reduced(pieces: Pieces, source: str, depth: int, left: int) -> Reading:
    """Read tokens, if need be without the words around them."""
    try:
        return read_pieces(pieces, source, depth)
    except Unreadable:
        if len(pieces) > _LONGEST_PROSE or not left:
            raise
        for shorter in reductions(pieces):
            try:
                return _read_or_reduced(shorter, source, depth, left - 1)
            except Unreadable:
                continue
        raise


def _undressed(source: str) -> str:
    r"""Take off braces round everything, and the words that introduce an answer inside `\text{}`."""
    while source[:1] == "{" and _GROUPED.fullmatch(source):
        source = source[1:-1].strip()
    inner = _ALL_TEXT.fullmatch(source)
    if inner is None:
        return source
    shorter = without_filler(inner[1].strip())
    says_more = (
        shorter == inner[1].strip()
        and not _PLAINLY.match(shorter)
        and number_in_words(shorter.split(" ")[0]) is None
        and number_in_words(shorter) is None
    )
    return source if says_more else shorter


def _unquoted(source: str) -> str:
    if len(source) > 1 and source[0] == source[-1] and source[0] in "\"'":
        return source[1:-1]
    return source


def read_pieces(pieces: Pieces, source: str, depth: int = SHALLOW) -> Reading:
    """Read tokens as the kind their form shows.

    Raises:
        Unreadable: they are no mathematics.
    """
    pieces = _trimmed(pieces)
    if not pieces:
        raise Unreadable("nothing there")
    inner = ungrouped(pieces)
    if inner is not pieces:
        if not has_outside(inner, ","):
            return read_pieces(inner, source, depth)
        outside = (len(pieces) - len(inner)) // 2 - 1
        pieces = pieces[outside : len(pieces) - outside]
    if len(pieces) == 1 and pieces[0][:2] == ("cmd", "emptyset"):
        return Nothing(source)
    if len(pieces) == 1 and pieces[0].kind == "text":
        return _text(pieces[0].value, source, depth)
    if _is_heading(pieces):
        return Labelled(source, prose_name(pieces[0].value), read_pieces(pieces[1:], source, depth))
    if is_op(pieces[0], "]") or is_op(pieces[-1], "["):
        opened = half_open(pieces, source, depth)
        if opened is not None:
            return opened
    point = _named_point(pieces, source, depth)
    if point is not None:
        return point
    for reader in _READERS:
        reading = reader(pieces, source, depth, read_pieces)
        if reading is not None:
            return reading
    return value(pieces, source, depth)


def _is_heading(pieces: Pieces) -> bool:
    r"""Whether words with a colon stand before everything: `\text{Solutions: } 1, 2`, but not where others follow."""
    if pieces[0].kind != "text" or not pieces[0].value.endswith(":") or not pieces[0].value[:1].isalpha():
        return False
    if {"not", "never", "wrong", "incorrect"} & set(pieces[0].value.lower().rstrip(": ").split()):
        raise Unreadable("a heading that is denied")
    return not any(token.kind == "text" and token.value.endswith(":") for token in pieces[1:])


def _named_point(pieces: Pieces, source: str, depth: int) -> Reading | None:
    """Read `A(1, 2)` as a point with its name; C is left to combinations."""
    first = pieces[0]
    if first.kind != "name" or not first.value.isupper() or first.value == "C" or len(pieces) < 5:
        return None
    inner = enclosed(pieces[1:], "(", ")")
    if inner is None or not any(is_op(token, ",") for token in inner):
        return None
    return Labelled(source, first.value, read_pieces(pieces[1:], source, depth))


def _text(content: str, source: str, depth: int) -> Reading:
    r"""Read the content of a lone `\text{}`: a number or a letter in it is one all the same."""
    if means_nothing(content):
        return Nothing(source)
    letters = re.fullmatch(r"\(?[A-J]\)?(?:\s*(?:,|and|&|和|、)+\s*\(?[A-J]\)?)+(?: only)?", content)
    if re.search(r"\d", content) or len(content) == 1 or letters:
        inner = tokens(tidy(content))
        if not (len(inner) == 1 and inner[0].kind == "text"):
            return read_pieces(inner, source, depth)
    raise Unreadable("text")


def _trimmed(pieces: Pieces) -> Pieces:
    start, end = 0, len(pieces)
    while end > start and is_op(pieces[end - 1], ".", ",", ";"):
        end -= 1
    while start < end and is_op(pieces[start], ",", ";", ":", "="):
        start += 1
    return pieces[start:end]


def _ratio(pieces: Pieces, source: str, depth: int, read_part: object) -> Reading | None:
    parts = split(
        pieces,
        lambda token: (
            is_op(token, ":")
            or (token.kind == "text" and token.value in ("to", ":"))
            or (token.kind in ("word", "cmd") and token.value == "to")
        ),
    )
    if len(parts) < 2 or not all(parts):
        return None
    colon = any(token.value in (":", "ratio") for token in pieces)
    if len(parts) == 2 and colon and (name := prose_label(parts[0])):
        return Labelled(source, name, read_pieces(parts[1], source, depth))
    return Ratio(source, tuple(_ratio_part(part, depth) for part in parts))


def _ratio_part(part: Pieces, depth: int) -> Node:
    spelled = number_in_words(" ".join(token.value for token in part)) if part[0].kind in ("word", "text") else None
    return parse(part, depth) if spelled is None else number(spelled)


_READERS: tuple[Callable[[Pieces, str, int, Callable[[Pieces, str, int], Reading]], Reading | None], ...] = (
    concluded, in_a_line, combination, matrix, congruence, collected, under_heading, related, united,
    delimited, _ratio,
)  # fmt: skip
"""In the order in which they are asked; what none of them reads is one value."""

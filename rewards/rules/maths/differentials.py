r"""The `dx` of an integral put where it is looked for: behind the fraction that it stands on top of."""

from __future__ import annotations

from rewards.rules.maths.tokens import Token


def behind_fractions(pieces: list[Token]) -> list[Token]:
    r"""Read `\int \frac{dx}{1+x}` as `\int \frac{1}{1+x} dx`; a derivative `\frac{dy}{dx}` stays.

    >>> from rewards.rules.maths.tokens import tokens
    >>> " ".join(token.value for token in behind_fractions(tokens(r"\int _0^1 \frac{x dx}{1+x}")))
    'int _ 0 ^ 1 frac { x } { 1 + x } dx'
    """
    out: list[Token] = []
    at = 0
    while at < len(pieces):
        top = _group(pieces, at + 1) if pieces[at][:2] == ("cmd", "frac") else 0
        bottom = _group(pieces, top) if top else 0
        if bottom and _is_differential(pieces[top - 2]) and not _is_differential(pieces[top + 1]):
            over = pieces[at + 2 : top - 2] or [Token("num", "1")]
            out += [*pieces[at : at + 2], *over, *pieces[top - 1 : bottom], pieces[top - 2]]
            at = bottom
        else:
            out.append(pieces[at])
            at += 1
    return out


def _is_differential(token: Token) -> bool:
    return token.kind == "word" and len(token.value) == 2 and token.value[0] == "d"


def _group(pieces: list[Token], start: int) -> int:
    """Return where a braced group that opens here ends; 0 where none does."""
    if start >= len(pieces) or pieces[start][:2] != ("op", "{"):
        return 0
    depth = 0
    for at in range(start, len(pieces)):
        depth += (pieces[at][:2] == ("op", "{")) - (pieces[at][:2] == ("op", "}"))
        if not depth:
            return at + 1
    return 0

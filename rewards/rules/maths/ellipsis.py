r"""Lists with an ellipsis in their middle written out: `1, 3, \ldots, 9` is `1, 3, 5, 7, 9`."""

from __future__ import annotations

from rewards.rules.maths.brackets import is_op
from rewards.rules.maths.tokens import Token

_MOST = 2000


def written_out(parts: list[list[Token]]) -> list[list[Token]]:
    r"""Return the parts of a list with whole numbers in the place of one `\ldots`; as they are where none are meant.

    Steps are equal, or factors are, and what stands on either side must belong to them.
    """
    gaps = [at for at, part in enumerate(parts) if len(part) == 1 and part[0][:2] == ("cmd", "ldots")]
    if len(gaps) != 1 or not 0 < gaps[0] < len(parts) - 1:
        return parts
    named = max((at for at in range(gaps[0]) if any(is_op(token, "=") for token in parts[at])), default=0)
    start = next((at + 1 for at, token in enumerate(parts[named]) if is_op(token, "=")), 0)
    name, first = parts[named][:start], parts[named][start:]
    sides = [first, *parts[named + 1 : gaps[0]]], parts[gaps[0] + 1 :]
    before, behind = ([_whole(part) for part in side] for side in sides)
    known = [number for number in (*before, *behind) if number is not None]
    if len(known) < len(parts) - 1 - named:
        return parts
    for row in (_by_steps(known, len(before)), _by_factors(known, len(before))):
        if row[: len(before)] == before and row[-len(behind) :] == behind and len(row) > len(known):
            return [*parts[:named], name + _tokens(row[0]), *map(_tokens, row[1:])]
    return parts


def _by_steps(known: list[int], given: int) -> list[int]:
    first, last = known[0], known[-1]
    step = known[1] - first if given > 1 else (1 if last > first else -1)
    if not step or (last - first) % step or not 0 < (last - first) // step < _MOST:
        return []
    return list(range(first, last + (1 if step > 0 else -1), step))


def _by_factors(known: list[int], given: int) -> list[int]:
    if given < 3 or not known[0] or known[1] % known[0] or abs(known[1]) <= abs(known[0]):
        return []
    row = [known[0]]
    while abs(row[-1]) < abs(known[-1]) and len(row) < _MOST:
        row.append(row[-1] * (known[1] // known[0]))
    return row


def _whole(part: list[Token]) -> int | None:
    """Return a plain whole number; None for anything else."""
    digits = part[1:] if part and is_op(part[0], "-") else part
    if len(digits) != 1 or digits[0].kind != "num" or not digits[0].value.isdecimal() or len(digits[0].value) > 15:
        return None
    return int(digits[0].value) * (1 if digits is part else -1)


def _tokens(number: int) -> list[Token]:
    digits = Token("num", str(abs(number)), False, str(abs(number)))
    return [digits] if number >= 0 else [Token("op", "-"), digits]

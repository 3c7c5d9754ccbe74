r"""Matrices, column vectors, and functions given by cases."""

from __future__ import annotations

from collections.abc import Callable

from rewards.rules.maths.brackets import Pieces, enclosed, has_outside, is_op, split
from rewards.rules.maths.branches import condition
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.readings import Cases, Interval, Items, Matrix, Reading, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node

_MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"])
_LARGEST_DETERMINANT = 4
_ROWS = frozenset(["aligned", "align", "gathered", "split", "gather", "alignedat"])


def matrix(pieces: Pieces, source: str, depth: int, read_part: Callable[[Pieces, str, int], Reading]) -> Reading | None:
    r"""Read one LaTeX environment, brackets around it left off; None where there is none or more than that."""
    standing = before_transpose(pieces)
    if standing is not None:
        return _transposed(read_part(standing, source, depth))
    for left, right in (("(", ")"), ("[", "]"), ("{", "}"), ("|", "|"), ("\\{", ".")):
        inner = enclosed(pieces, left, right)
        if inner is not None and inner and inner[0].kind == "env" and inner[-1].kind == "end":
            pieces = inner
    if len(pieces) > 2 and is_op(pieces[0], "\\{") and pieces[1].kind == "env":  # \left\{ … \right.
        pieces = pieces[1:]
    if not pieces or pieces[0].kind != "env" or pieces[-1].kind != "end" or has_outside(pieces, ","):
        return None
    return environment(pieces, source, depth, read_part)


def environment(
    pieces: Pieces, source: str, depth: int, read_part: Callable[[Pieces, str, int], Reading]
) -> Reading | None:
    """Read what stands between a `begin` and its `end`.

    Raises:
        Unreadable: several environments, or one of another kind.
    """
    if sum(token.kind == "env" for token in pieces) > 1:
        raise Unreadable("nested or several environments")
    name = pieces[0].value
    rows = _rows(_without_columns(pieces[1:-1]) if name == "array" else pieces[1:-1])
    if name in ("cases", "dcases", "rcases"):
        return _cases(rows, source, depth, read_part)
    if name in _ROWS or (
        name == "array" and all(len(row) == 1 for row in rows) and any(is_op(t, "=") for t in rows[0][0])
    ):
        flat = [token for row in rows for cell in row for token in cell]
        if len(rows) == 1:
            return read_part(flat, source, depth)
        return Items(source, "list", tuple(read_part([t for cell in row for t in cell], source, depth) for row in rows))
    if name not in _MATRICES or len({len(row) for row in rows}) != 1:
        raise Unreadable(f"the environment {name}")
    read_rows = tuple(tuple(read_part(cell, source, depth) for cell in row) for row in rows)
    if name == "vmatrix" and len(rows) == len(rows[0]) <= _LARGEST_DETERMINANT:
        entries = [[cell.node if isinstance(cell, Value) else None for cell in row] for row in read_rows]
        if all(entry is not None for row in entries for entry in row):
            return Value(source, _determinant([[entry for entry in row if entry is not None] for row in entries]))
    return Matrix(source, read_rows, determinant=name in ("vmatrix", "Vmatrix"))


def before_transpose(pieces: Pieces) -> Pieces | None:
    r"""Return the row or matrix before `^T`, `^{\top}`; None where there is none."""
    end = len(pieces)
    while end and is_op(pieces[end - 1], "{", "}"):
        end -= 1
    if end < 4 or pieces[end - 1].value not in ("T", "top", "t", "intercal"):
        return None
    end -= 1
    while end and is_op(pieces[end - 1], "{"):
        end -= 1
    inner = pieces[: end - 1]
    if not is_op(pieces[end - 1], "^") or not any(is_op(token, ",", "&", "\\\\") for token in inner):
        return None
    bracketed = any(enclosed(inner, left, right) for left, right in (("(", ")"), ("[", "]")))
    return inner if bracketed or (inner[0].kind == "env" and inner[-1].kind == "end") else None


def _transposed(reading: Reading) -> Reading:
    if isinstance(reading, Matrix):
        return Matrix(reading.source, tuple(zip(*reading.rows, strict=True)), reading.determinant)
    if isinstance(reading, Items):
        return Matrix(reading.source, tuple((item,) for item in reading.items))
    if isinstance(reading, Interval):
        return Matrix(reading.source, ((Value(reading.source, reading.low),), (Value(reading.source, reading.high),)))
    raise Unreadable("a transpose of what is no matrix")


def _determinant(rows: list[list[Node]]) -> Node:
    """Expand a small determinant along its first row."""
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Node] = []
    for column, entry in enumerate(rows[0]):
        minor = _determinant([row[:column] + row[column + 1 :] for row in rows[1:]])
        term: Node = ("mul", (entry, minor))
        terms.append(("neg", term) if column % 2 else term)
    return ("add", tuple(terms))


def _rows(pieces: Pieces) -> list[list[list[Token]]]:
    rows = split(pieces, lambda token: is_op(token, "\\\\"))
    cut = [split(row, lambda token: is_op(token, "&")) for row in rows if row]
    if not cut:
        raise Unreadable("an empty environment")
    return cut


def _without_columns(pieces: Pieces) -> Pieces:
    if pieces and is_op(pieces[0], "{"):
        end = next((at for at, token in enumerate(pieces) if is_op(token, "}")), 0)
        return pieces[end + 1 :]
    return pieces


def _cases(
    rows: list[list[list[Token]]], source: str, depth: int, read_part: Callable[[Pieces, str, int], Reading]
) -> Reading:
    if all(len(row) == 1 for row in rows):
        return Items(source, "list", tuple(read_part(row[0], source, depth) for row in rows))
    if all(len(row) == 2 and row[1] and is_op(row[1][0], "=") for row in rows):  # x &= 1 \\ y &= 2
        return Items(source, "list", tuple(read_part([*row[0], *row[1]], source, depth) for row in rows))
    branches = []
    for row in rows:
        value = list(row[0])
        while value and is_op(value[-1], ","):
            value.pop()
        when = condition(row[1], source, depth, read_part) if len(row) > 1 and row[1] else None
        branches.append((read_part(value, source, depth), when))
    return Cases(source, tuple(branches))

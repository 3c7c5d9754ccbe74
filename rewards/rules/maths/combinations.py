r"""Matrices and vectors multiplied by numbers and added: `\frac12\begin{pmatrix}…`, `(1,2,3)+t(4,5,6)`."""

from __future__ import annotations

from collections.abc import Callable

from rewards.rules.maths.brackets import Pieces, enclosed, is_op, levels, split
from rewards.rules.maths.errors import Unreadable
from rewards.rules.maths.matrices import before_transpose, environment
from rewards.rules.maths.names import CALLED, FUNCTIONS
from rewards.rules.maths.parse import parse
from rewards.rules.maths.readings import Items, Matrix, Reading, Value
from rewards.rules.maths.tokens import Token
from rewards.rules.maths.tree import Node, number

Read = Callable[[Pieces, str, int], Reading]
Rows = tuple[tuple[Reading, ...], ...]


def combination(pieces: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    """Read a sum of multiples of matrices or of columns; None where it is none, or one matrix alone."""
    if not any(token.kind == "env" or is_op(token, ",") or token.value == "langle" for token in pieces):
        return None
    if pieces[0].kind == "cmd" and pieces[0].value in ("pm", "mp"):
        return _both_signs(pieces[1:], source, depth, read_part)
    try:
        terms = _terms(pieces)
    except Unreadable:
        return None
    parts = [_scaled(term, source, depth, read_part) for _, term in terms]
    if any(part is None for part in parts) or (len(parts) == 1 and parts[0] is not None and parts[0][0] is None):
        return None
    found = [
        (sign, scale, rows) for (sign, _), part in zip(terms, parts, strict=True) if part for scale, rows in (part,)
    ]
    lengths = [tuple(len(row) for row in rows) for _, _, rows in found]
    if len(set(lengths)) != 1:
        raise Unreadable("a sum of matrices of several shapes")
    entries = [
        [_entry([(s, f, rows[i][j]) for s, f, rows in found]) for j in range(n)] for i, n in enumerate(lengths[0])
    ]
    return Matrix(source, tuple(tuple(Value(source, node) for node in row) for row in entries))


def _both_signs(column: Pieces, source: str, depth: int, read_part: Read) -> Reading | None:
    r"""Read `\pm(1, 2)` as a tuple whose signs are chosen together; None where no one column stands there."""
    try:
        rows = _rows(list(column), source, depth, read_part)
    except Unreadable:
        return None
    entries = [row[0] for row in rows or () if len(row) == 1 and isinstance(row[0], Value)]
    if rows is None or len(entries) < len(rows):
        return None
    signed = tuple(Value(source, ("pm", 1, entry.node)) for entry in entries if isinstance(entry, Value))
    return Items(source, "tuple", signed)


def _terms(pieces: Pieces) -> list[tuple[int, list[Token]]]:
    """Cut a sum at its signs."""
    signs = [1]
    kept: list[Token] = list(pieces)
    if kept and is_op(kept[0], "-"):
        signs, kept = [-1], kept[1:]

    def separates(token: Token) -> bool:
        if is_op(token, "+", "-"):
            signs.append(-1 if token.value == "-" else 1)
            return True
        return False

    parts = split(kept, separates)
    return list(zip(signs, parts, strict=True))


def _scaled(term: list[Token], source: str, depth: int, read_part: Read) -> tuple[Node | None, Rows] | None:
    """Read a factor, if any, and the matrix or column behind it; None where there is none."""
    start = _start(term)
    if start is None:
        return None
    rows = _rows(term[start:], source, depth, read_part)
    before = term[:start]
    while before and (is_op(before[-1], "*") or (before[-1].kind == "cmd" and before[-1].value in ("cdot", "times"))):
        before.pop()
    if rows is None or (before and _calls(before[-1])):
        return None
    try:
        return (parse(before, depth) if before else None), rows
    except Unreadable:
        return None


def _calls(token: Token) -> bool:
    """Whether a token before a bracket calls a function or names a point: `f(1,2)`, `C(10,3)`."""
    if token.kind == "name":
        return token.value in CALLED or token.value.isupper()
    return token.kind in ("word", "text") or (token.kind == "cmd" and token.value in FUNCTIONS)


def _start(term: list[Token]) -> int | None:
    """Where the matrix or the column begins: the last bracket or environment that reaches to the end."""
    depth = levels(term)
    for at in range(len(term) - 1, -1, -1):
        if depth[at] == 0 and (term[at].kind == "env" or is_op(term[at], "(", "[") or term[at].value == "langle"):
            return at
    return None


def _rows(pieces: list[Token], source: str, depth: int, read_part: Read) -> Rows | None:
    standing = before_transpose(pieces)
    if standing is not None:
        rows = _rows(list(standing), source, depth, read_part)
        return tuple(zip(*rows, strict=True)) if rows is not None and standing[0].kind == "env" else rows
    inner = enclosed(pieces, "(", ")") or enclosed(pieces, "[", "]")
    if inner is not None and inner[0].kind == "env" and inner[-1].kind == "end":
        pieces = list(inner)
    if pieces[0].kind == "env" and pieces[-1].kind == "end":
        reading = environment(pieces, source, depth, read_part)
        return reading.rows if isinstance(reading, Matrix) and not reading.determinant else None
    named = pieces[0].value == "langle" and pieces[-1].value == "rangle"
    if not named and (inner is None or not is_op(pieces[0], "(", "[")):
        return None
    items = _tuple(pieces[1:-1] if named else list(inner or ()), source, depth, read_part)
    if not isinstance(items, Items) or len(items.items) < 2 or not all(isinstance(i, Value) for i in items.items):
        return None
    return tuple((item,) for item in items.items)


def _tuple(inner: list[Token], source: str, depth: int, read_part: Read) -> Items | None:
    parts = split(inner, lambda token: is_op(token, ","))
    if len(parts) < 2 or not all(parts):
        return None
    return Items(source, "tuple", tuple(read_part(part, source, depth) for part in parts))


def _entry(terms: list[tuple[int, Node | None, Reading]]) -> Node:
    nodes: list[Node] = []
    for sign, factor, entry in terms:
        if not isinstance(entry, Value):
            raise Unreadable("an entry that is no number")
        node = entry.node if factor is None else ("mul", (factor, entry.node))
        nodes.append(node if sign > 0 else ("neg", node))
    return nodes[0] if len(nodes) == 1 else ("add", tuple(nodes))


def diagonal(reading: Reading) -> Matrix | None:
    r"""Return the matrix that `I_3` stands for; None for any other name."""
    name = reading.node[1] if isinstance(reading, Value) and reading.node[0] == "sym" else ""
    if not (name[:2] in ("I_", "E_") and name[2:].isdigit() and name[3:] == "" and name[2] != "0"):
        return None
    size = int(name[2])
    entry = [Value(reading.source, number(0)), Value(reading.source, number(1))]
    return Matrix(reading.source, tuple(tuple(entry[i == j] for j in range(size)) for i in range(size)))

"""Expressions as trees of plain tuples, the tag first; see `Node` for the tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

Node = tuple[Any, ...]
"""One of

- `("num", Fraction)`, `("dec", Fraction, places)`: an exact number, and a decimal with its digits after the point;
- `("sym", name)`, `("const", "pi" | "e" | "i" | "oo")`;
- `("add", terms)`, `("mul", factors)`, `("div", a, b)`, `("pow", a, b)`, `("neg", a)`, `("pm", sign, a)`;
- `("fn", name, args)` for known functions, `("call", name, args)` for others;
- `("fact", a, step)`, `("pct", a)`, `("deg", a)`;
- `("sum" | "prod", variable, low, high, body)`, `("int", variable, low, high, body)`, `("lim", variable, to, body)`.
"""


_BINDERS = ("sum", "prod", "int", "lim")


def number(value: int | Fraction) -> Node:
    """Make an exact number."""
    return ("num", Fraction(value))


def children(node: Node) -> Iterator[Node]:
    """Yield the subtrees of a node."""
    for part in node[1:]:
        if isinstance(part, tuple):
            if part and isinstance(part[0], str):
                yield part
            else:
                yield from part


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, without recursion."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def symbols(node: Node) -> frozenset[str]:
    """Return the names of the free symbols; bound variables of sums and integrals are not free."""
    if not any(part[0] in _BINDERS for part in walk(node)):
        return frozenset(part[1] for part in walk(node) if part[0] == "sym")
    if node[0] == "sym":
        return frozenset([node[1]])
    inner = frozenset(name for child in children(node) for name in symbols(child))
    if node[0] in _BINDERS:
        outside = frozenset(name for child in node[2:-1] if isinstance(child, tuple) for name in symbols(child))
        return (inner - {node[1]}) | outside
    return inner


def contains(node: Node, *tags: str) -> bool:
    """Whether a tag occurs anywhere in the tree."""
    return any(part[0] in tags for part in walk(node))


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a node with each of its subtrees changed."""
    return tuple(
        (change(part) if part and isinstance(part[0], str) else tuple(map(change, part)))
        if isinstance(part, tuple)
        else part
        for part in node
    )


def substituted(node: Node, names: dict[str, str]) -> Node:
    """Return the tree with symbols renamed."""
    if node[0] == "sym":
        return ("sym", names.get(node[1], node[1]))
    return rebuilt(node, lambda child: substituted(child, names))


def plainly_bound(node: Node, depth: int = 0) -> Node:
    """Return the tree with the variables of sums, products, integrals and limits called by their depth."""
    if node[0] in _BINDERS:
        name = f"bound {depth}"
        body = plainly_bound(node[-1], depth + 1)  # from the inside: an inner variable may have the outer one's name
        return (node[0], name, *(plainly_bound(part, depth) for part in node[2:-1]), substituted(body, {node[1]: name}))
    return rebuilt(node, lambda child: plainly_bound(child, depth))


def same_but_for_bound(a: Node, b: Node) -> bool:
    r"""Whether two trees differ in nothing but the names of bound variables: `\sum_k 1/k` and `\sum_n 1/n`."""
    return contains(a, *_BINDERS) and contains(b, *_BINDERS) and plainly_bound(a) == plainly_bound(b)


def replaced(node: Node, old: Node, new: Node) -> Node:
    """Return the tree with one subtree put for another wherever that occurs."""
    if node == old:
        return new
    return rebuilt(node, lambda child: replaced(child, old, new))


def sign_choices(node: Node) -> list[Node]:
    """Return the trees that ± stands for: one, or two with all signs chosen together."""
    if not contains(node, "pm"):
        return [node]
    return [_with_sign(node, 1), _with_sign(node, -1)]


def _with_sign(node: Node, sign: int) -> Node:
    if node[0] == "pm":
        inner = _with_sign(node[2], sign)
        return inner if node[1] == sign else ("neg", inner)
    return rebuilt(node, lambda child: _with_sign(child, sign))

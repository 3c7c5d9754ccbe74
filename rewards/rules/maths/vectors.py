"""Vectors written with unit vectors, taken apart into their components."""

from __future__ import annotations

from rewards.rules.maths.readings import Items, Value
from rewards.rules.maths.tree import Node, number, rebuilt

BASIS = ("basis_i", "basis_j", "basis_k")


def vector(source: str, node: Node) -> Items:
    """Read `3i + 4j` as the tuple of its components, each a tree with one unit vector put to 1 and the others to 0."""
    size = 3 if _occurs(node, BASIS[2]) else 2
    parts = []
    for place in range(size):
        values = {name: number(int(at == place)) for at, name in enumerate(BASIS)}
        parts.append(Value(source, _put(node, values)))
    return Items(source, "tuple", tuple(parts))


def with_plain_letters(node: Node) -> Node | None:
    """Return the tree with plain i, j and k as unit vectors; None where there is no j or k."""
    names: dict[str, Node] = {"j": ("sym", BASIS[1]), "k": ("sym", BASIS[2])}
    if not any(_occurs(node, name) for name in names):
        return None
    return _put(node, names, imaginary=("sym", BASIS[0]))


def _occurs(node: Node, name: str) -> bool:
    from rewards.rules.maths.tree import symbols

    return name in symbols(node)


def _put(node: Node, values: dict[str, Node], imaginary: Node | None = None) -> Node:
    if node[0] == "sym":
        return values.get(node[1], node)
    if imaginary is not None and node == ("const", "i"):
        return imaginary
    return rebuilt(node, lambda child: _put(child, values, imaginary))

"""What is the same by convention: a log without its base, orders of growth, constants under other names."""

from __future__ import annotations

from itertools import permutations

from rewards.rules.maths.equality import Effort, Undecided, same
from rewards.rules.maths.equations import proportional
from rewards.rules.maths.tree import Node, contains, rebuilt, symbols

CONSTANTS = frozenset("C c K k A B D C_1 C_2 C_3 c_1 c_2 c_3 C_0 c_0 k_1 k_2 K_1 K_2 const".split())
_COUNTERS = frozenset("n k m l".split())
_ORDERS = frozenset(["O", "Theta", "Omega"])


def same_order(reference: Node, answer: Node) -> bool:
    """Whether both are orders of growth, O or Θ or Ω, of functions that differ by a factor: log n, log_2 n."""
    if not (reference[0] == answer[0] == "call" and reference[1] == answer[1] in _ORDERS):
        return False
    names = symbols(reference)
    return names == symbols(answer) != frozenset() and proportional(reference[2][0], answer[2][0], sorted(names))


def common_log(reference: Node, answer: Node, effort: Effort) -> bool:
    """Whether both are equal when a log without a base, on either side, is one to base 10."""
    ours, theirs = _to_base_ten(reference), _to_base_ten(answer)
    if ours == reference and theirs == answer:
        return False
    try:
        return any(same(a, b, effort) for a, b in ((ours, answer), (reference, theirs)))
    except Undecided:
        return False


def _to_base_ten(node: Node) -> Node:
    if node[0] == "fn" and node[1] == "log" and len(node[2]) == 1:
        return ("fn", "lg", (_to_base_ten(node[2][0]),))
    return rebuilt(node, _to_base_ten)


def uncalled(node: Node, letters: frozenset[str]) -> Node:
    """Return the tree with calls of plain letters as products: the g of `g(m - M)` that stands alone elsewhere."""
    if node[0] == "call" and node[1] in letters and len(node[2]) == 1:
        return ("mul", (("sym", node[1]), uncalled(node[2][0], letters)))
    return rebuilt(node, lambda child: uncalled(child, letters))


def without_degrees(node: Node) -> Node:
    r"""Return the tree with its degree signs left off, but for angles inside of functions: `(n-2) \cdot 180^\circ`."""
    if node[0] == "deg":
        return node[1]  # type: ignore[no-any-return]
    if node[0] == "fn":
        return node
    return rebuilt(node, without_degrees)


def constant_renamings(reference: Node, answer: Node) -> list[dict[str, str]]:
    """Rename what may carry any name: constants of integration, and letters of the other case."""
    ours, theirs = symbols(reference) - symbols(answer), symbols(answer) - symbols(reference)
    if not ours or len(ours) != len(theirs) or len(ours) > 3:
        return []
    if {name.lower() for name in ours} == {name.lower() for name in theirs}:
        return [{name: next(o for o in ours if o.lower() == name.lower()) for name in theirs}]
    if len(ours) == 1 and ours | theirs <= _COUNTERS and contains(reference, "const") and contains(answer, "const"):
        return [{next(iter(theirs)): next(iter(ours))}]  # the n of 2nπ
    if ours | theirs <= CONSTANTS and symbols(reference) - CONSTANTS:  # AB is no BC
        return [dict(zip(sorted(theirs), order, strict=True)) for order in permutations(sorted(ours))]
    return []

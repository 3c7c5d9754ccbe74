"""Which rewards a data row comes to, by `route` and `first_scored`, and the columns that these need."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from rewards.compose.first import first_scored
from rewards.compose.route import route
from rewards.core.reward import Reward


@dataclass
class Plan:
    """What a reward needs of a row.

    Args:
        parts: the rewards that every row is asked about that comes here.
        columns: what those need.
        routes: the column that decides, and the plan of each of its values.
        chains: of each `first_scored` the rewards in turn, each with the columns without which the next is asked.
    """

    parts: list[Reward] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    routes: list[tuple[str, Mapping[Hashable, Plan]]] = field(default_factory=list)
    chains: list[list[tuple[Set[str], Plan]]] = field(default_factory=list)


def plan_of(reward: Reward) -> Plan:
    """What a reward and its parts need of a row.

    >>> from rewards import boxed_accuracy, exact_match, route
    >>> plan = plan_of(route("task", {"maths": boxed_accuracy(), "qa": exact_match("answer")}))
    >>> sorted(needed(plan, {"task": "qa"}.get)[0])
    ['answer', 'task']
    """
    plan = Plan()

    def walk(node: Reward) -> None:
        plan.parts.append(node)
        plan.columns |= node.own_needs.columns | ({"prompt"} if node.own_needs.prompt else set())
        if isinstance(node, route):
            branches = zip(node.rewards, node.children.values(), strict=True)
            plan.routes.append((node.column, {value: plan_of(branch) for value, branch in branches}))
            return
        if isinstance(node, first_scored):
            asked = node.children.values()
            plan.chains.append([(frozenset() if one.splits_rows else one.needs.columns, plan_of(one)) for one in asked])
            return
        for child in node.children.values():
            walk(child)

    walk(reward)
    return plan


def needed(
    plan: Plan, values: Callable[[str], Any], whole_chains: bool = False
) -> tuple[set[str], list[tuple[str, Any]]]:
    """The columns that a row needs, and the columns that route it with a value that no branch takes.

    Args:
        plan: what the reward needs.
        values: the row's value of a column, None where it has none.
        whole_chains: take all rewards of a `first_scored`, not the first that has its columns.
    """
    columns, astray = set(plan.columns), []
    for below in _in_turn(plan, values, whole_chains):
        own, lost = needed(below, values, whole_chains)
        columns |= own
        astray += lost
    for column, branches in plan.routes:
        value = values(column)
        if isinstance(value, Hashable) and value in branches:
            own, lost = needed(branches[value], values, whole_chains)
            columns |= own
            astray += lost
        elif value is not None:
            astray.append((column, value))
    return columns, astray


def asked(plan: Plan, values: Callable[[str], Any]) -> Iterator[Reward]:
    """The rewards and their parts that a row comes to, those that contain others first.

    >>> from rewards import boxed_accuracy, exact_match, route
    >>> plan = plan_of(route("task", {"maths": boxed_accuracy(), "qa": exact_match("answer")}))
    >>> [part.name for part in asked(plan, {"task": "qa"}.get)]
    ['route_task', 'qa']
    """
    yield from plan.parts
    for below in _in_turn(plan, values, whole_chains=False):
        yield from asked(below, values)
    for column, branches in plan.routes:
        value = values(column)
        if isinstance(value, Hashable) and value in branches:
            yield from asked(branches[value], values)


def _in_turn(plan: Plan, values: Callable[[str], Any], whole_chains: bool) -> Iterator[Plan]:
    """The plans of the rewards that a row comes to in each chain; that one with its columns skips is not foreseen."""
    for chain in plan.chains:
        for at, (columns, below) in enumerate(chain, 1):
            applies = all(values(name) is not None for name in columns)
            if whole_chains or applies or at == len(chain):
                yield below
            if columns and applies and not whole_chains:
                break


def routed(plan: Plan) -> dict[str, list[Hashable]]:
    """The columns that route rows, each with all values that a branch takes."""
    found: dict[str, list[Hashable]] = {}
    for column, branches in plan.routes:
        found.setdefault(column, []).extend(branches)
        for below in branches.values():
            for name, values in routed(below).items():
                found.setdefault(name, []).extend(values)
    for below in (below for chain in plan.chains for _, below in chain):
        for name, values in routed(below).items():
            found.setdefault(name, []).extend(values)
    return found

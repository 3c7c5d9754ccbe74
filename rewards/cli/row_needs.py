"""Which columns a reward needs of a data row, and which it reads at all."""

from __future__ import annotations

from rewards.compose.as_reward import BATCH, ONE, TRAINER, function_reward
from rewards.compose.functions import Signature
from rewards.compose.row_needs import Plan, needed, plan_of, routed
from rewards.core import Reward
from rewards.core.needs import leaves

__all__ = ["Plan", "needed", "plan_of", "read_by", "routed"]


def read_by(reward: Reward) -> tuple[set[str], bool]:
    """The columns that a reward reads, those it can do without included; and whether it may read others, too.

    >>> from rewards import boxed_accuracy
    >>> read_by(boxed_accuracy("answer"))
    ({'answer'}, False)
    """
    columns, open_ended = set(reward.needs.columns), False
    for _, part in leaves(reward):
        if isinstance(part, function_reward):
            signature = Signature(part.function)
            columns |= set(signature.names)
            open_ended |= signature.takes_all or bool({"rollout", "rollouts"} & set(signature.names))
        else:
            open_ended |= not type(part).__module__.startswith("rewards.")  # somebody's own may look at any column
    return columns - set(BATCH) - TRAINER - ONE.keys(), open_ended

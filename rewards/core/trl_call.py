"""TRL's call of a reward function: lists of completions and columns in, values out, parts to the logs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rewards.core import ranks
from rewards.core.guard import observe
from rewards.core.log import log_scores
from rewards.core.rollout import Rollout
from rewards.core.score import NOTHING
from rewards.core.steps import at_step, current_step, passing
from rewards.core.tally import say_failed

if TYPE_CHECKING:
    from rewards.core.reward import Reward

NOT_COLUMNS = frozenset(
    {"completions", "prompts", "completion_ids", "trainer_state", "log_extra", "log_metric", "environments"}
)
"""What TRL passes beside the data set's columns."""

FOR_FUNCTIONS = frozenset({"trainer_state", "log_metric"})
"""What of it any function may use."""

A_VALUE_EACH = frozenset({"log_extra", "environments"})
"""What of it has one value for each completion, so that only a function asked for all of them may use it."""


def call(reward: Reward, arguments: Mapping[str, Any]) -> list[float | None]:
    """Score the completions of one call, log the parts, and watch the share of failures.

    A reward that needs whole groups is shown those of all ranks, since a trainer may split a group over ranks.
    """
    names = FOR_FUNCTIONS if reward.needs.group and ranks.in_use() else FOR_FUNCTIONS | A_VALUE_EACH
    given = {name: arguments[name] for name in names if name in arguments}
    step = getattr(arguments.get("trainer_state"), "global_step", current_step())
    with at_step(step), passing({**given, "count": len(arguments["completions"])}):
        if reward.needs.group:
            scores, seen = ranks.score(reward, lambda: to_rollouts(arguments))
        else:
            scores = seen = reward.score(to_rollouts(arguments))
    log_scores(reward, scores, arguments.get("log_metric"), arguments.get("log_extra"))
    say_failed(reward, scores)
    observe(reward, seen)
    return [score.value for score in scores]


def to_rollouts(arguments: Mapping[str, Any]) -> list[Rollout]:
    """The rollouts behind the keywords of one call.

    Raises:
        ValueError: a list of another length than `completions`.
        TypeError: text where a list of one value a completion belongs.
    """
    completions = arguments["completions"]
    if isinstance(completions, str):
        raise TypeError(
            f"completions is a list, one entry a completion; got the text {completions!r:.60}; write [text]"
        )
    count = len(completions)
    columns = {name: value for name, value in arguments.items() if name not in NOT_COLUMNS}
    columns = {name: _column(name, value, count) for name, value in columns.items() if _is_listed(name, value)}
    names = list(columns)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [
        Rollout(*fields)
        for fields in zip(
            completions,
            _optional("prompts", arguments.get("prompts"), count),
            rows or itertools.repeat(NOTHING, count),
            _optional("completion_ids", arguments.get("completion_ids"), count),
            columns.get("finish_reason", itertools.repeat(None, count)),
            strict=False,
        )
    ]


def _is_listed(name: str, value: object) -> bool:
    """Whether a keyword holds one value a completion; trainers pass other things too, which are no columns."""
    if isinstance(value, (str, bytes)):
        raise TypeError(
            f"column {name!r} is a list with one value for each completion, got the text {value!r:.60}; "
            f"write {name}=[…]"
        )
    sized = hasattr(value, "__len__") and hasattr(value, "__getitem__") and not isinstance(value, Mapping)
    return sized and bool(getattr(value, "ndim", 1))  # an array of no dimension says that it has a length


def _column(name: str, values: Sequence[Any], count: int) -> Sequence[Any]:
    if len(values) != count:
        raise ValueError(f"{name!r} has {len(values)} values for {count} completions; pass one for each")
    return values


def _optional(name: str, values: Sequence[Any] | None, count: int) -> Any:
    return itertools.repeat(None, count) if values is None else _column(name, values, count)

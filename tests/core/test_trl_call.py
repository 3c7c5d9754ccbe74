"""A trainer's call turned into rollouts."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from rewards import RewardError, as_reward
from rewards.core.log import log_scores
from rewards.core.trl_call import to_rollouts


def test_columns_belong_to_their_completions_and_other_arguments_to_none() -> None:
    """Lists and arrays of one value a completion are columns; what a trainer passes besides is not."""
    rollouts = to_rollouts(
        {
            "completions": ["a", "b"],
            "prompts": ["p", "q"],
            "completion_ids": [[1], [2, 3]],
            "solution": ["4", None],
            "level": np.array([1, 2]),
            "finish_reason": ["stop", "length"],
            "step": 7,
            "scalar": np.array(7),
            "settings": {"a": 1},
            "trainer_state": object(),
            "log_extra": print,
            "log_metric": print,
            "environments": [object(), object()],
        }
    )
    assert [(r.completion, r.prompt, r.completion_ids, r.finish_reason) for r in rollouts] == [
        ("a", "p", [1], "stop"),
        ("b", "q", [2, 3], "length"),
    ]
    assert rollouts[1].columns == {"solution": None, "level": 2, "finish_reason": "length"}


@pytest.mark.parametrize("name", ["self", "by", "completion", "reward", "scores"])
def test_a_column_may_have_any_name(name: str) -> None:
    """TRL passes whatever the data set holds."""

    @as_reward
    def anything(rollout: Any) -> float:
        return float(rollout.columns[name])

    assert anything(completions=["a"], **{name: [1.0]}) == [1.0]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"completions": "abc"}, TypeError, "completions is a list"),
        ({"completions": ["a"], "solution": "4"}, TypeError, r"column 'solution' is a list .* write solution=\[…\]"),
        ({"completions": ["a", "b"], "solution": ["4"]}, ValueError, "'solution' has 1 values for 2 completions"),
        ({"completions": ["a", "b"], "prompts": ["p"]}, ValueError, "'prompts' has 1 values for 2 completions"),
        ({"completions": ["a"], "completion_ids": []}, ValueError, "'completion_ids' has 0 values for 1 completions"),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], error: type[Exception], text: str) -> None:
    """Naming what it is and how to write it."""
    with pytest.raises(error, match=text):
        to_rollouts(arguments)


class Trainer:
    """Logs as TRL does: with methods of its own."""

    def metric(self, key: str, value: float) -> None:
        """Take a number."""

    def extra(self, key: str, values: list[Any]) -> None:
        """Take a column."""


def test_a_second_sum_of_one_trainer_logs_under_its_name() -> None:
    """A plain list of sums is TRL's own idiom. Another trainer may have either key; a reward that is gone holds none."""

    @as_reward
    def one(completion: str) -> float:
        return 1.0

    @as_reward
    def two(completion: str) -> float:
        return 0.5

    class Table(Trainer):
        def __init__(self) -> None:
            self.found: dict[str, list[Any]] = {}

        def extra(self, key: str, values: list[Any]) -> None:
            self.found[key] = values

    first, second, trainer = 1.0 * one, 2.0 * two, Table()
    call = {"completions": ["a"], "log_extra": trainer.extra}
    for _ in range(2):
        assert first(**call) == second(**call) == [1.0]
    assert trainer.found.keys() == {
        "reward/total", "reward/one", "reward/total/why", "reward/two", "reward/two/two", "reward/two/why"
    }  # fmt: skip
    alone = Table()
    assert second(completions=["a"], log_extra=alone.extra) == [1.0]
    assert "reward/total" in alone.found


def test_two_rewards_of_one_trainer_may_not_log_under_one_key() -> None:
    """Two of one name would be mixed; a reward that is gone holds no key; the same reward may log again."""

    @as_reward
    def one(completion: str) -> float:
        return 1.0

    first, second, third, trainer = 1.0 * one, 0.5 * one.named("x"), 0.25 * one.named("x"), Trainer()
    call = {"completions": ["a"], "log_metric": trainer.metric, "log_extra": trainer.extra}
    assert first(**call) == first(**call) == [1.0]
    assert second(**call) == [0.5]
    with pytest.raises(RewardError, match="two rewards of one trainer log under 'reward/x'"):
        third(**call)
    gone = weakref.ref(second)
    del second
    gc.collect()
    assert gone() is None
    assert third(**call) == [0.25]


def test_what_fails_is_logged_with_its_reason_and_a_bug_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """Trainers show nothing of it: a None is silent. Skipped rollouts are no failures; the second bug is only counted."""

    @as_reward
    def picky(completion: str) -> float | None:
        return None if completion == "skip" else 1.0 / len(completion)

    reward = 1.0 * picky
    assert reward(completions=["a", "skip"]) == [1.0, None]
    assert not caplog.records
    assert reward(completions=["", "aa"]) == reward(completions=["", "aa"]) == [None, 0.5]
    error, warning = caplog.records
    assert (error.levelname, warning.levelname) == ("ERROR", "WARNING")
    assert "division by zero\nTraceback" in error.getMessage()  # float division, or from Python 3.14 on just that
    assert warning.getMessage().startswith("reward picky: 1 of 4 rollouts unscored; 1 × picky failed: bug (ZeroDiv")


@pytest.mark.parametrize("arguments", [((), {}), (("a b",), {}), ((), {"max_words": 3})])
def test_a_call_that_is_not_trls_says_what_is(arguments: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    """Settings, a bare text and nothing at all."""

    @as_reward
    def one(completion: str) -> float:
        return 1.0

    with pytest.raises(TypeError, match=r"one\.explain\(text.*functools\.partial"):
        one(*arguments[0], **arguments[1])


def test_a_log_that_is_no_method_is_just_called() -> None:
    """Functions and builtin methods have no trainer behind them."""

    @as_reward
    def one(completion: str) -> float:
        return 1.0

    found: list[tuple[str, Any]] = []
    log_scores(one, one.score(to_rollouts({"completions": ["a"]})), lambda *pair: found.append(pair), None)
    assert ("reward/one", 1.0) in found

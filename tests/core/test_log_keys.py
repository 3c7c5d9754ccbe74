"""Logged keys come from the reward's tree, never from its scores."""

from __future__ import annotations

import logging
import math
from collections import defaultdict

import pytest

from rewards import Score, clip, first_scored, gate, route
from rewards.testing.scripted import scripted

FAIL, SKIP = Score.fail("sandbox", "gone"), Score.skip("no tests")
TABLE = {"good": 1.0, "bad": 0.0, "fail": FAIL, "skip": SKIP}
PART = scripted(TABLE)
REWARD = (
    1.0 * PART.named("accuracy")
    + 0.2 * gate(PART.named("form"), then=clip(PART, low=0.5).named("clipped")).named("gated")
    + 0.1 * first_scored(PART.named("first"), scripted({...: 0.5}).named("second")).named("either")
    + 0.1 * route("task", {"a": PART, "b": 0.5 * PART + 0.5 * PART.named("other")}).named("routed")
)
KEYS = [
    "reward/total",
    "reward/accuracy",
    "reward/gated",
    "reward/gated/form",
    "reward/gated/clipped",
    "reward/gated/clipped/raw",
    "reward/either",
    "reward/either/first",
    "reward/either/second",
    "reward/routed",
    "reward/routed/a",
    "reward/routed/b",
    "reward/routed/b/scripted",
    "reward/routed/b/other",
]


def logged(reward, completions, tasks):
    """The metrics and the table of one call."""
    metrics, table = defaultdict(list), {}
    reward.with_max_unscored(1)(
        completions=completions,
        task=tasks,
        log_metric=lambda key, value: metrics[key].append(value),
        log_extra=lambda key, values: table.__setitem__(key, values),
    )
    return metrics, table


@pytest.mark.parametrize("completions", [["good"], ["bad"], ["fail"], ["skip"], ["good", "bad", "fail", "skip"]])
@pytest.mark.parametrize("task", ["a", "b", "unknown"])
def test_every_call_logs_the_same_keys(completions, task):
    metrics, table = logged(REWARD, completions, [task] * len(completions))
    assert sorted(metrics) == sorted(key + end for key in KEYS for end in ("", "/failed", "/skipped"))
    wide = [key for key in KEYS if key.count("/") == 1]  # deeper parts are in the reasons
    assert list(table) == [*wide, "reward/total/why"]
    assert {len(values) for values in table.values()} == {len(completions)}


def test_what_is_logged():
    metrics, table = logged(1.0 * PART.named("a") + 0.5 * PART.named("b"), ["good", "fail", "bad", "skip"], ["a"] * 4)
    assert metrics["reward/total"] == [1.5, 0.0]
    assert metrics["reward/a"] == [1.0, 0.0]
    assert metrics["reward/a/failed"] == [0.0, 1.0, 0.0, 0.0]
    assert metrics["reward/a/skipped"] == [0.0, 0.0, 0.0, 1.0]
    assert table["reward/total"] == [1.5, None, 0.0, None]
    assert table["reward/total/why"][1] == "a failed: sandbox (gone)"


def test_a_key_without_a_number_this_time_is_logged_as_having_none():
    metrics, _ = logged(1.0 * PART.named("a"), ["fail"], ["a"])
    assert math.isnan(metrics["reward/a"][0])
    assert metrics["reward/a/failed"] == [1.0]


def test_a_named_whole_logs_under_its_name():
    metrics, _ = logged((PART.named("a") + PART.named("b")).named("style"), ["good"], ["a"])
    assert {"reward/style", "reward/style/a", "reward/style/b"} <= metrics.keys()
    metrics, _ = logged(PART.named("alone"), ["good"], ["a"])
    assert sorted(metrics) == ["reward/alone", "reward/alone/failed", "reward/alone/skipped"]


@pytest.mark.parametrize("name", ["failed", "skipped", "why", "total"])
def test_a_part_cannot_take_a_key_that_the_log_needs(name):
    with pytest.raises(ValueError, match=rf"named '{name}', a word that log keys use; .*\.named"):
        PART.named(name) + PART


def test_the_fingerprint_is_logged_once(caplog):
    reward = scripted({...: 1.0}).named("mine")
    with caplog.at_level(logging.INFO, logger="rewards"):
        reward(completions=["x"])
        reward(completions=["x"])
    assert [reward.fingerprint in message for message in caplog.messages] == [True]

"""Rewards written as TOML build themselves again."""

from __future__ import annotations

import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards import Reward, as_reward, clip, first_passed, first_scored, gate, route, scale, weighted_sum
from rewards.code import code_tests
from rewards.config import ConfigError, dumps, loads
from rewards.rules.accuracy import boxed_accuracy
from rewards.rules.format import think_format
from sandbox import Limits

from . import samples

HERE = "tests.config.samples"


@pytest.fixture(autouse=True)
def _by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The samples are importable by the name of the module that this test imported."""
    monkeypatch.setitem(sys.modules, HERE, samples)
    monkeypatch.setitem(sys.modules, samples.__name__, samples)


accuracy, form = boxed_accuracy(), think_format()
REWARDS: list[Reward] = [
    accuracy,
    1.0 * accuracy + 0.2 * form,
    (accuracy - 0.5 * form).named("all").with_max_unscored(0.1),
    weighted_sum(accuracy, 2 * form, on_skipped="renormalize"),
    gate(form, then=accuracy, otherwise=-1.0),
    gate(0.5 * accuracy + (0.5 * form).named("half"), then=accuracy.named("again"), at_least=0.5),
    first_passed(accuracy, first_scored(form, accuracy.named("b")), at_least=0.25),
    route("task", {"math": accuracy, "free text": form, 'a "quoted" key\n': accuracy.named("c")}),
    scale(clip(accuracy + form, high=1.5), to=(-1, 1)),
    boxed_accuracy('tab\t, quote ", backslash \\, é, 日本, \x7f and \x01', extract=("boxed", "A: {answer}")),
    boxed_accuracy("@starts with at"),
    samples.words,
    samples.words.named("counted"),
    as_reward(samples.plain),
    as_reward(samples.plain, range=(0, 2)),
    samples.picky(
        ("a",),
        (1.5, 2.5),
        1e16,
        3,
        True,
        "hard",
        samples.Level.high,
        samples.Bounds(2.0),
        {"a b": 1.0},
        frozenset("xy"),
    ),
]


@pytest.mark.parametrize("reward", REWARDS, ids=repr)
def test_a_reward_is_built_again_from_its_toml(reward: Reward) -> None:
    """What loads makes of dumps prints as the same call and has the same fingerprint."""
    again = loads(dumps(reward))
    assert repr(again) == repr(reward)
    assert again.fingerprint == reward.fingerprint
    assert again.name == reward.name


def test_a_sum_is_written_as_people_write_it() -> None:
    """Parts with their weights, arguments at their defaults left out."""
    assert dumps(1.0 * accuracy + 0.2 * form) == (
        '[[part]]\nuse = "boxed_accuracy"\nweight = 1.0\n\n[[part]]\nuse = "think_format"\nweight = 0.2\n'
    )


def test_an_object_that_two_rewards_share_is_shared_again() -> None:
    """It goes under [let], and both refer to it; one that is used once stays where it is."""
    shared, alone = samples.engine("m"), samples.engine("n")
    reward = samples.judged(shared) + samples.judged(shared, votes=2).named("b") + samples.judged(alone).named("c")
    text = dumps(reward)
    assert list(tomllib.loads(text)["let"]) == ["engine"]
    a, b, c = loads(text).children.values()
    assert a.engine is b.engine  # type: ignore[attr-defined]
    assert c.engine == alone  # type: ignore[attr-defined]


def test_what_toml_cant_hold_is_refused() -> None:
    """A function without an import path, and keys that are not text."""
    with pytest.raises(ConfigError, match="no import path"):
        dumps(as_reward(lambda completion: 0.0))
    with pytest.raises(ConfigError, match="keys are text"):
        dumps(route("task", {1: accuracy}))


@given(st.text(), st.dictionaries(st.text(min_size=1), st.sampled_from([accuracy, form]), min_size=1, max_size=3))
def test_any_text_survives(reference: str, branches: dict[str, Reward]) -> None:
    """Quotes, controls, line ends, any script, in values and in keys; names can't have slashes, keys may."""
    for reward in (boxed_accuracy(reference), routed(branches)):
        if reward is not None:
            assert repr(loads(dumps(reward))) == repr(reward)


def routed(branches: dict[str, Reward]) -> Reward | None:
    """A route, unless two of its keys come to one name."""
    try:
        return route("task", branches)
    except ValueError:
        return None


def test_half_a_surrogate_pair_is_refused() -> None:
    """TOML is UTF-8, which can't hold it."""
    with pytest.raises(ConfigError, match="UTF-8"):
        dumps(boxed_accuracy("\ud800"))
    with pytest.raises(ConfigError, match="UTF-8"):
        dumps(route("task", {"\ud800": accuracy}))


def test_whole_numbers_for_seconds_and_thresholds_print_and_come_back_as_the_same_call() -> None:
    form, right = think_format(), boxed_accuracy(timeout_s=2)
    for reward in (right, gate(form, then=right, at_least=1), code_tests(limits=Limits(cpu_s=5))):
        again = loads(dumps(reward))
        assert repr(again) == repr(reward)
        assert again.fingerprint == reward.fingerprint

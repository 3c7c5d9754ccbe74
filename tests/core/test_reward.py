"""What every reward gets: a name, a text, a fingerprint, the call of a trainer."""

from __future__ import annotations

import asyncio
import inspect
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from rewards import Needs, Reward, RewardFn, Rollout, Score, Supplies, UnmetNeed, clip, gate, route, truncation
from rewards.testing.scripted import scripted


@dataclass(frozen=True)
class ends_with(Reward):
    """Whether the completion ends with `suffix`."""

    suffix: str = "."
    column: str = "by"

    def grade_one(self, rollout, /):
        return rollout.completion.endswith(self.suffix)


@dataclass(frozen=True)
class echo(Reward):
    """Hands out the columns of each row."""

    def grade_one(self, rollout, /):
        return Score(1.0, data=dict(rollout.columns))


@pytest.mark.parametrize(
    ("reward", "text"),
    [
        (ends_with(), "ends_with()"),
        (ends_with("!"), "ends_with('!')"),
        (ends_with(column="x"), "ends_with(column='x')"),
        (ends_with("!").named("shout"), "ends_with('!').named('shout')"),
        (ends_with().with_max_unscored(0.25), "ends_with().with_max_unscored(0.25)"),
        (ends_with().named("a").named("b").with_max_unscored(1), "ends_with().named('b').with_max_unscored(1.0)"),
        (clip(ends_with(), low=0.5), "clip(ends_with(), low=0.5)"),
        (gate(ends_with(), then=ends_with("!").named("b")), "gate(ends_with(), then=ends_with('!').named('b'))"),
        (route("task", {"a": ends_with()}), "route('task', rewards={'a': ends_with()})"),
    ],
)
def test_a_reward_prints_as_the_call_that_made_it(reward, text):
    assert repr(reward) == text
    rebuilt = eval(text, {"ends_with": ends_with, "clip": clip, "gate": gate, "route": route})
    assert (rebuilt, repr(rebuilt), rebuilt.fingerprint) == (reward, text, reward.fingerprint)


def test_a_subclass_keeps_its_own_text():
    class loud(Reward):
        def __repr__(self):
            return "LOUD"

    class louder(loud):
        pass

    assert (repr(loud()), repr(louder())) == ("LOUD", "LOUD")


def test_names_are_labels():
    reward = ends_with()
    assert (reward.name, reward.__name__, reward.named("dot").__name__) == ("ends_with", "ends_with", "dot")
    assert reward.name == "ends_with", "the copy was renamed, not the reward"
    assert isinstance(reward, RewardFn)
    assert (1.0 * reward)(completions=["a."]) == (1.0 * reward.named("dot"))(completions=["a."]) == [1.0]


@pytest.mark.parametrize("name", ["", "a/b", "/"])
def test_a_name_that_would_break_log_keys_is_refused(name):
    with pytest.raises(ValueError, match="text without '/'"):
        ends_with().named(name)


def test_the_fingerprint_changes_with_the_arguments_and_not_with_the_name():
    different = [
        ends_with(),
        ends_with("!"),
        ends_with(column="x"),
        1.0 * ends_with(),
        0.5 * ends_with(),
        clip(ends_with(), high=0.5),
        clip(ends_with(), high=0.6),
    ]
    assert len({reward.fingerprint for reward in different}) == len(different)
    assert ends_with().fingerprint == ends_with(".").fingerprint == ends_with().named("other").fingerprint
    assert len(ends_with().fingerprint) == 12


@pytest.mark.parametrize(
    "text",
    [
        "class make(Reward):\n    def grade_one(self, _):\n        return {}\n",
        "BONUS = {}\n@as_reward\ndef r(completion):\n    return BONUS\nmake = lambda: r\n",
        "def bonus(text):\n    return {}\nclass make(Reward):\n    def grade_one(self, _):\n        return bonus('')\n",
        "class Engine:\n    def __init__(self, scale={}):\n        self.scale = scale\n"
        "@dataclass(frozen=True)\nclass judged(Reward):\n    engine: object\nmake = lambda: judged(Engine())\n",
    ],
)
def test_the_fingerprint_changes_with_the_source_of_what_scores_and_of_its_module(text, tmp_path, monkeypatch):
    prints = []
    for number, value in enumerate((1.0, 0.5, 1.0)):
        module = tmp_path / f"module{number}" / "moduled.py"
        module.parent.mkdir()
        module.write_text(
            f"from dataclasses import dataclass\nfrom rewards import Reward, as_reward\n{text.format(value)}"
        )
        monkeypatch.syspath_prepend(str(module.parent))
        monkeypatch.delitem(sys.modules, "moduled", raising=False)
        prints.append(__import__("moduled").make().fingerprint)
    assert prints[0] == prints[2] != prints[1]


def test_the_fingerprint_holds_what_a_class_without_fields_was_given():
    class Engine:
        def __init__(self, scale):
            self.scale, self.calls, self._session = scale, [scale], object()

    class plain(Reward):
        def __init__(self, mode):
            self.mode = mode

    @dataclass(frozen=True)
    class judged(Reward):
        engine: object

    assert plain("m").fingerprint == plain("m").named("x").fingerprint != plain("k").fingerprint
    assert judged(Engine(1)).fingerprint == judged(Engine(1)).fingerprint != judged(Engine(2)).fingerprint


def test_the_fingerprint_is_the_same_for_objects_at_another_address():
    class Engine:
        pass

    @dataclass(frozen=True)
    class judged(Reward):
        engine: object

    assert judged(Engine()).fingerprint == judged(Engine()).fingerprint


def test_a_class_in_the_place_of_a_reward_is_told_so():
    with pytest.raises(TypeError, match=r"ends_with is a class that makes rewards; give the trainer ends_with\(…\)"):
        ends_with(prompts=["p"], completions=["a."])


def test_an_input_that_no_trainer_passes_comes_with_what_to_do():
    with pytest.raises(UnmetNeed, match=r"needs finish_reason.*truncation\(eos_token_ids=…\)"):
        truncation()(completions=["a"], prompts=["p"])


def test_trl_calls_with_lists_and_what_is_no_column_is_left_out():
    values = ends_with()(
        completions=["a.", "b"],
        prompts=["p", "q"],
        completion_ids=[[1], [2]],
        trainer_state=object(),
        log_extra=None,
        log_metric=None,
        environments=[1, 2],
        epoch=3,
        options={"a": 1},
    )
    assert values == [1.0, 0.0]
    scores = []

    class spy(Reward):
        def grade(self, rollouts, /):
            scores.extend(rollouts)
            return [1.0] * len(rollouts)

    spy()(
        completions=["a"], prompts=["p"], completion_ids=[[1]], trainer_state=1, solution=["4"], finish_reason=["eos"]
    )
    assert scores == [Rollout("a", "p", {"solution": "4", "finish_reason": "eos"}, [1], "eos")]


@pytest.mark.parametrize("given", ["text", ["text"], [{"completion": "text"}]])
def test_what_is_no_rollout_is_refused_with_the_remedy(given):
    with pytest.raises(TypeError, match=r"score takes Rollouts, got .*; write Rollout\(completion"):
        ends_with().score(given)


def test_columns_may_have_any_name():
    columns = {
        "self": ["s"],
        "by": ["b"],
        "name": ["n"],
        "reward": ["r"],
        "rollouts": ["o"],
        "batch": [1],
        "score": [2],
    }
    expected = {name: values[0] for name, values in columns.items()}
    reward = 1.0 * echo()
    metrics, tables = [], []
    reward(completions=["x"], **columns, log_metric=lambda *a: metrics.append(a), log_extra=lambda *a: tables.append(a))
    assert reward.score([Rollout("x", columns=expected)])[0].parts["echo"].data == expected
    assert asyncio.run(reward.as_async()(completions=["x"], **columns)) == [1.0]
    assert reward.explain("x", **expected).startswith("1 = ")


@pytest.mark.parametrize("values", [["4", "5"], ("4", "5"), np.array(["4", "5"])])
def test_a_column_may_be_any_sequence(values):
    assert (1.0 * scripted({...: 1.0}))(completions=["a", "b"], solution=values) == [1.0, 1.0]


def test_finish_reasons_may_come_as_an_array():
    class ended(Reward):
        def grade_one(self, rollout, /):
            return float(rollout.finish_reason == "stop")

    assert ended()(completions=["a", "b"], finish_reason=np.array(["stop", "length"])) == [1.0, 0.0]


def test_a_column_of_another_length_and_bare_text_are_refused():
    with pytest.raises(ValueError, match="'solution' has 1 values for 2 completions"):
        ends_with()(completions=["a", "b"], solution=["4"])
    with pytest.raises(TypeError, match=r"'solution' is a list.*write solution=\[…\]"):
        ends_with()(completions=["a"], solution="4")
    with pytest.raises(TypeError, match=r"completions is a list"):
        ends_with()(completions="text")


def test_the_async_view_is_awaited_and_gives_the_same():
    reward = 0.5 * ends_with()
    view = reward.as_async()
    assert inspect.iscoroutinefunction(type(view).__call__)
    assert (view.__name__, repr(view)) == ("ends_with", "(0.5 * ends_with()).as_async()")
    assert repr(reward.named("x").as_async()) == "(0.5 * ends_with()).named('x').as_async()"
    assert repr(ends_with("!").as_async()) == "ends_with('!').as_async()"
    assert asyncio.run(view(completions=["a.", "b"], prompts=None)) == [0.5, 0.0]
    assert asyncio.run(view.score([Rollout("a.")])) == reward.score([Rollout("a.")])


def test_the_async_view_hands_on_what_is_raised():
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(scripted({...: KeyboardInterrupt()}).as_async()(completions=["a"]))


def test_a_trainer_that_supplies_less_is_refused_with_the_remedy():
    @dataclass(frozen=True)
    class needy(Reward):
        @property
        def own_needs(self):
            return Needs(columns={"solution"}, prompt=True, completion_ids=True)

        def grade_one(self, rollout, /):
            return 1.0

    verl = Supplies("verl", columns=frozenset({"data"}), prompt=False, remedies={"prompt": "give tokenizer="})
    with pytest.raises(UnmetNeed) as refused:
        verl.check(ends_with() + 0.5 * needy())
    assert str(refused.value).splitlines() == [
        "ends_with+needy/needy needs prompt, which verl does not pass: give tokenizer=; "
        "ends_with+needy/needy needs column 'solution'; verl passes only ['data']"
    ]
    Supplies("trl").check(1.0 * needy())
    assert (ends_with() + 0.5 * needy()).needs == Needs(columns={"solution"}, prompt=True, completion_ids=True)
    with pytest.raises(TypeError, match=r"write {'solution'}"):
        Needs(columns="solution")

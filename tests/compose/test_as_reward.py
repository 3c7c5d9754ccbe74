"""`@as_reward`: a reward of a plain function."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from rewards import (
    BrokenReward,
    FailureKind,
    MissingColumn,
    Needs,
    Rollout,
    Score,
    Status,
    UnmetNeed,
    as_reward,
    gate,
)


def row(completion="abc", **columns):
    return Rollout(completion, "the prompt", columns, [1, 2, 3], "stop")


CHAT = [
    {"role": "assistant", "content": "first turn"},
    {"role": "tool", "content": "42"},
    {"role": "assistant", "content": "last turn"},
]


def one_text(completion):
    return len(completion) / 10


def one_column(completion, limit):
    return float(len(completion) <= limit)


def one_optional(completion, *, limit=3):
    return float(len(completion) <= limit)


def one_of_everything(completion, prompt, completion_ids, finish_reason, rollout, solution):
    assert (prompt, completion_ids, finish_reason, rollout.completion) == ("the prompt", [1, 2, 3], "stop", completion)
    return float(solution == completion)


def one_rest(completion, **columns):
    return float(columns["solution"] == completion and columns["prompt"] == "the prompt")


def one_rollout(rollout):
    return float(rollout.completion == rollout.columns["solution"])


def batch_text(completions):
    return [len(completion) / 10 for completion in completions]


def batch_column(completions, solution):
    return [float(c == s) for c, s in zip(completions, solution, strict=True)]


def batch_of_everything(completions, prompts, completion_ids, finish_reasons, rollouts, solution):
    assert (prompts[0], completion_ids[0], finish_reasons[0]) == ("the prompt", [1, 2, 3], "stop")
    return [float(r.completion == s) for r, s in zip(rollouts, solution, strict=True)]


def batch_rest(completions, **kwargs):
    return [float(c == s) for c, s in zip(completions, kwargs["solution"], strict=True)]


def batch_of_ids(completion_ids, **kwargs):
    return [len(ids) / 10 for ids in completion_ids]


def as_trl(prompts, completions, completion_ids, trainer_state, log_extra=None, log_metric=None, **kwargs):
    assert trainer_state is log_extra is log_metric is None
    return [float(p == "the prompt") for p in prompts]


@pytest.mark.parametrize(
    ("function", "needs", "value"),
    [
        (one_text, Needs(), 0.3),
        (one_column, Needs(columns={"limit"}), 1.0),
        (one_optional, Needs(), 1.0),
        (
            one_of_everything,
            Needs(columns={"solution"}, prompt=True, completion_ids=True, finish_reason=True),
            1.0,
        ),
        (one_rest, Needs(), 1.0),
        (one_rollout, Needs(), 1.0),
        (batch_text, Needs(), 0.3),
        (batch_column, Needs(columns={"solution"}), 1.0),
        (
            batch_of_everything,
            Needs(columns={"solution"}, prompt=True, completion_ids=True, finish_reason=True),
            1.0,
        ),
        (batch_rest, Needs(), 1.0),
        (batch_of_ids, Needs(completion_ids=True), 0.3),
        (as_trl, Needs(prompt=True, completion_ids=True), 1.0),
    ],
)
def test_a_function_gets_what_it_names(function, needs, value):
    reward = as_reward(function)
    scores = reward.score([row(limit=5, solution="abc")] * 2)
    assert [score.value for score in scores] == [value] * 2
    assert (reward.needs, reward.name) == (needs, function.__name__)


def test_an_optional_column_is_used_where_it_is_there():
    reward = as_reward(one_optional)
    assert reward(completions=["abcd"]) == [0.0]
    assert reward(completions=["abcd"], limit=[4]) == [1.0]


def test_one_at_a_time_a_chat_is_text_and_a_batch_gets_it_as_it_is():
    assert as_reward(lambda completion: float(completion == "last turn")).score([row(CHAT)])[0].value == 1.0
    assert as_reward(lambda completions: [float(c is CHAT) for c in completions]).score([row(CHAT)])[0].value == 1.0
    assert as_reward(lambda rollout: float(rollout.completion is CHAT)).score([row(CHAT)])[0].value == 1.0


@pytest.mark.parametrize("function", [lambda completion: None, lambda completions: [None] * len(completions)])
def test_none_means_that_it_does_not_apply_to_the_row(function):
    scores = as_reward(function).score([row(), row()])
    assert [(score.status, score.why) for score in scores] == [(Status.skipped, "the function returned None")] * 2


def test_a_function_may_return_scores():
    score = as_reward(lambda completion: Score(0.5, "half", data={"n": 1})).score([row()])[0]
    assert (score.value, score.why, score.data) == (0.5, "half", {"n": 1})


def test_a_row_that_raises_costs_only_itself():
    def picky(completions):
        return [1 / len(completion) for completion in completions]

    scores = as_reward(picky).score([row("a"), row(""), row("ab")])
    assert [score.value for score in scores] == [1.0, None, 0.5]
    assert scores[1].kind is FailureKind.bug
    with pytest.raises(BrokenReward, match=r"test_as_reward\.py"):
        as_reward(picky).score([row(""), row("")])


def test_the_range_is_held_against_the_values():
    assert as_reward(lambda completion: 2.0, range=(0, 2)).range == (0, 2)
    assert as_reward(lambda completion: 2.0, range=(0, 2)).score([row()])[0].value == 2.0
    assert as_reward(lambda completion: 2.0).score([row()])[0].kind is FailureKind.bug
    with pytest.raises(ValueError, match="low end first"):
        as_reward(one_text, range=(1, 0))


def test_missing_columns_and_inputs_are_named():
    with pytest.raises(MissingColumn, match="one_column needs column 'limit'; the columns there are: solution"):
        as_reward(one_column).score([row(solution="4")])
    with pytest.raises(UnmetNeed, match="batch_of_ids needs completion_ids"):
        as_reward(batch_of_ids).score([Rollout("abc")])


def test_a_batch_function_sees_only_rows_that_have_its_columns():
    scores = as_reward(batch_column).score([row("a", solution="a"), row("b"), row("c", solution="d")])
    assert [score.value for score in scores] == [1.0, None, 0.0]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *completions: 1.0, "by position only"),
        (lambda completion, /: 1.0, "by position only"),
        (lambda text: 1.0, r"\(text\) takes neither completion .* nor completions"),
        (lambda: 1.0, "takes neither"),
        (lambda **kwargs: 1.0, "takes neither"),
    ],
)
def test_a_function_that_cannot_be_called_is_refused_at_once(function, words):
    with pytest.raises(TypeError, match=words):
        as_reward(function)


def test_as_a_decorator_with_and_without_arguments():
    @as_reward
    def bare(completion):
        return 1.0

    @as_reward(range=(0, 2), name="other")
    def told(completion):
        return 2.0

    assert (bare.name, bare.score([row()])[0].value) == ("bare", 1.0)
    assert (told.name, told.score([row()])[0].value) == ("other", 2.0)
    assert (repr(bare), repr(told)) == ("as_reward(bare)", "as_reward(told, range=(0.0, 2.0)).named('other')")


def test_a_reward_of_a_reward_is_that_reward_on_the_range_it_is_given():
    reward = as_reward(one_text)
    assert as_reward(reward) is reward
    assert as_reward(reward, range=(0, 2)).range == (0, 2)
    assert as_reward(reward, name="x").name == "x"


@pytest.mark.parametrize(
    "text",
    [
        "as_reward(one_text)",
        "as_reward(one_text, range=(-1.0, 2.0))",
        "as_reward(one_text, range=(float('-inf'), float('inf'))).named('x')",
        "as_reward(partial(one_optional, limit=4))",
        "0.5 * as_reward(one_text) + 1.0 * as_reward(one_column)",
    ],
)
def test_it_prints_as_the_call_that_made_it(text):
    names = {"as_reward": as_reward, "one_text": one_text, "one_column": one_column, "one_optional": one_optional}
    assert repr(eval(text, {**names, "partial": functools.partial})) == text


def test_a_partial_is_called_by_its_function_name():
    reward = as_reward(functools.partial(one_column, limit=2))
    assert (reward.name, reward(completions=["abc"]), reward(completions=["ab"])) == ("one_column", [0.0], [1.0])


class Limit:
    def __init__(self, limit):
        self.limit = limit

    def __call__(self, completions, **kwargs):
        return [float(len(completion) <= self.limit) for completion in completions]

    def of(self, completion):
        return float(len(completion) <= self.limit)

    __hash__ = None

    def __eq__(self, other):
        return self is other


def limited(limit):
    def inner(completion):
        return float(len(completion) <= limit)

    return inner


def by_default(value):
    def inner(completion, limit=value):
        return float(len(completion) <= limit)

    return inner


@pytest.mark.parametrize(
    "make",
    [
        Limit,
        lambda limit: Limit(limit).of,
        limited,
        by_default,
        lambda limit: functools.partial(one_column, limit=limit),
        lambda limit: eval(f"lambda completion: {limit}"),
    ],
)
def test_the_fingerprint_holds_what_a_function_is_bound_to(make):
    three, again, four = (as_reward(make(limit)) for limit in (3, 3, 4))
    assert three.fingerprint == again.fingerprint != four.fingerprint
    assert three.fingerprint != as_reward(make(3), range=(0, 2)).fingerprint


def test_a_function_in_trls_call_gets_what_trl_passes_beside_columns():
    told = []

    @as_reward
    def batch(completions, trainer_state=None, log_metric=None, log_extra=None, **kwargs):
        log_metric("mine", 0.5)
        log_extra("lengths", [len(text) for text in completions])
        told.append((trainer_state.global_step, sorted(kwargs)))
        return [1.0] * len(completions)

    @as_reward
    def one(completion, trainer_state, **columns):
        told.append((trainer_state.global_step, sorted(columns)))
        return 1.0

    metrics, extras = [], []
    call = {
        "trainer_state": SimpleNamespace(global_step=7),
        "log_metric": lambda key, value: metrics.append((key, value)),
        "log_extra": lambda key, values: extras.append((key, values)),
    }
    assert (batch + one)(completions=["a", "bb"], level=[1, 2], **call) == [2.0, 2.0]
    assert ("mine", 0.5) in metrics
    assert ("lengths", [1, 2]) in extras
    names = ["completion_ids", "finish_reason", "level", "prompt", "rollout"]
    assert told == [(7, ["completion_ids", "finish_reasons", "level", "prompts", "rollouts"]), *[(7, names)] * 2]


def test_a_function_that_is_asked_for_some_rows_has_no_table_of_all(caplog):
    told = []

    @as_reward
    def second(completions, log_extra="none", trainer_state=None):
        told.append((len(completions), log_extra, trainer_state))
        return [1.0] * len(completions)

    reward = gate(as_reward(lambda completion: float(completion == "b")).named("first"), then=second)
    reward(completions=["a", "b"], log_extra=lambda key, values: None, trainer_state="state")
    second.score([Rollout("c")])
    assert told == [(1, "none", "state"), (1, "none", None)]


def test_the_fingerprint_changes_with_the_source(tmp_path, monkeypatch):
    prints = []
    for number, body in enumerate(("1.0", "0.5", "1.0")):
        module = tmp_path / f"module{number}" / "sourced.py"
        module.parent.mkdir()
        module.write_text(f"from rewards import as_reward\n@as_reward\ndef f(completion):\n    return {body}\n")
        monkeypatch.syspath_prepend(str(module.parent))
        monkeypatch.delitem(sys.modules, "sourced", raising=False)
        prints.append(__import__("sourced").f.fingerprint)
    assert prints[0] == prints[2] != prints[1]


MODULE = """
import functools
from rewards import as_reward, gate

@as_reward
def bare(completion):
    return 1.0

@as_reward(range=(0, 2), name="short")
def told(completion):
    return 2.0

def plain(completion, limit=3):
    return float(len(completion) <= limit)

class Inner:
    @as_reward
    def method(completion):
        return 0.25

class Limit:
    def __init__(self, limit):
        self.limit = limit
    def of(self, completion):
        return float(len(completion) <= self.limit)

REWARDS = [
    bare,
    told,
    as_reward(plain),
    as_reward(plain).named("other").with_max_unscored(0.1),
    as_reward(functools.partial(plain, limit=2)),
    as_reward(Limit(2).of),
    Inner.method,
    1.0 * bare + 0.2 * gate(told, then=as_reward(plain), at_least=2),
]
"""

SPAWN = """
import json, multiprocessing
{body}

def child(queue, rewards):
    queue.put([[repr(r), r(completions=["abc"]), r.fingerprint] for r in rewards])

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    process = context.Process(target=child, args=(queue, REWARDS))
    process.start()
    there = queue.get()
    process.join()
    here = [[repr(r), r(completions=["abc"]), r.fingerprint] for r in REWARDS]
    print(json.dumps([here, there]))
"""


@pytest.mark.parametrize("where", ["a module", "the script itself"])
def test_every_shape_survives_a_spawned_process(where, tmp_path):
    (tmp_path / "mine.py").write_text(MODULE)
    body = "from mine import REWARDS" if where == "a module" else MODULE
    script = tmp_path / "script.py"
    script.write_text(SPAWN.format(body=body))
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    here, there = json.loads(ran.stdout)
    assert there == here
    assert [values for _, values, _ in here] == [[1.0], [2.0], [1.0], [1.0], [0.0], [0.0], [0.25], [1.2]]


def test_what_cannot_be_pickled_says_so():
    import pickle

    with pytest.raises((pickle.PicklingError, AttributeError), match="inner"):
        pickle.dumps(as_reward(limited(3)))


def test_a_function_whose_name_now_means_another_is_not_mistaken_for_it(tmp_path, monkeypatch):
    import pickle

    (tmp_path / "shadowed.py").write_text(
        "def f(completion):\n    return 1.0\nold = f\ndef f(completion):\n    return 0.0\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    old = as_reward(__import__("shadowed").old)
    assert old.named("copy")(completions=["x"]) == [1.0]
    with pytest.raises(pickle.PicklingError, match="not the same object"):
        pickle.dumps(old)


TAGGED = [{"role": "assistant", "content": "<think>\n6 · 7\n</think>\n\\boxed{42}"}]
BARE = [{"role": "assistant", "content": "\\boxed{42}"}]


def test_trls_own_functions_can_be_wrapped_as_they_are():
    trl = pytest.importorskip("trl.rewards")
    form = as_reward(trl.think_format_reward)
    overlong = as_reward(trl.get_soft_overlong_punishment(max_completion_len=8, soft_punish_cache=4), range=(-1, 0))
    repetition = as_reward(trl.get_repetition_penalty_reward(ngram_size=1, max_penalty=-1.0), range=(-1, 0))
    reward = gate(form, then=1.0 * form.named("again") + 0.5 * overlong + 0.25 * repetition)
    assert (form.name, overlong.name) == ("think_format_reward", "soft_overlong_punishment_reward")
    values = reward(completions=[TAGGED, BARE], completion_ids=[[7] * 6, [1, 2, 3]], trainer_state=object())
    closed = min(0, 0 - 0.5 - 0.25)
    assert values == [1.0 + 0.5 * (4 - 6) / 4 + 0.25 * -(1 - 1 / 6), closed]


def test_trls_accuracy_gives_what_it_gives_alone():
    trl = pytest.importorskip("trl.rewards")
    calls = {"completions": [TAGGED, BARE], "solution": ["\\boxed{42}", "\\boxed{41}"]}
    assert as_reward(trl.accuracy_reward)(**calls) == trl.accuracy_reward(**calls) == [1.0, 0.0]


def test_an_optional_column_that_is_none_takes_its_default():
    def brevity(completion, *, max_words=10):
        return max(0.0, 1 - len(completion.split()) / max_words)

    assert as_reward(brevity)(completions=["a b", "a b"], max_words=[4, None]) == [0.5, 0.8]

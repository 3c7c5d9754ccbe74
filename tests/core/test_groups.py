"""Groups are keyed by prompt content, scored whole or not at all, also where a trainer splits them over ranks."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from rewards import (
    BrokenReward,
    FailureKind,
    GradingFailed,
    GroupReward,
    RewardError,
    Rollout,
    UnmetNeed,
    cosine_length,
    first_passed,
    gate,
    group_length,
)
from rewards.core import groups
from rewards.testing.scripted import scripted


@dataclass(frozen=True)
class shortest(GroupReward):
    """1 for the shortest completion of a group, else 0; a completion `boom` raises, `down` is a dead instrument."""

    group_size: int = 2

    def grade_group(self, group, /):
        texts = [rollout.completion for rollout in group]
        if "boom" in texts:
            raise ZeroDivisionError("boom")
        if "down" in texts:
            raise GradingFailed(FailureKind.judge_unavailable, "no answer")
        best = min(map(len, texts))
        return [float(len(text) == best) for text in texts]


def batch(text):
    """Rollouts written as `prompt:completion`, one a word."""
    return [Rollout(completion, prompt) for prompt, completion in (word.split(":") for word in text.split())]


def outcome(scores):
    """Each value, or the kind of the failure."""
    return [score.kind if score.value is None else score.value for score in scores]


PARTIAL = FailureKind.partial_group
BUG = FailureKind.bug
DOWN = FailureKind.judge_unavailable


@pytest.mark.parametrize(
    ("rollouts", "group_size", "expected"),
    [
        ("p:a p:bbb q:cc q:d", 2, [1, 0, 0, 1]),
        ("p:a q:cc p:bbb q:d", 2, [1, 0, 0, 1]),
        ("p:a p:bbb p:cc p:d", 2, [1, 0, 0, 1]),  # a prompt that the data set holds twice: two groups, in order
        ("p:a p:bbb p:cc p:d", 4, [1, 0, 0, 1]),
        ("p:a q:bbb", 2, [PARTIAL, PARTIAL]),
        ("p:a p:bbb p:cc q:d q:ee", 2, [1, 0, PARTIAL, 1, 0]),
        ("p:a p:bbb p:cc q:d", 4, [PARTIAL] * 4),
        ("p:a", 1, [1]),
        ("p:a p:boom q:cc q:d", 2, [BUG, BUG, 0, 1]),
        ("p:a p:down q:cc q:d", 2, [DOWN, DOWN, 0, 1]),
    ],
)
def test_a_group_is_scored_whole_and_alone(rollouts, group_size, expected):
    assert outcome(shortest(group_size).score(batch(rollouts))) == expected


def test_why_a_partial_group_has_no_score():
    score = shortest(4).score(batch("p:a p:b"))[0]
    assert score.why == "this rollout belongs to no whole group of 4 rollouts of its prompt"


def test_groups_of_chat_prompts_go_by_content():
    def ask(content, **more):
        return [{"role": "user", "content": content, **more}]

    rollouts = [Rollout(text, ask("p")) for text in ("a", "bbb")] + [
        Rollout("cc", [{"content": "q", "role": "user"}]),
        Rollout("d", ask("q")),
    ]
    assert outcome(shortest().score(rollouts)) == [1, 0, 0, 1]
    assert outcome(shortest().score([Rollout("a", ask("p")), Rollout("b", ask("p", name="x"))])) == [PARTIAL] * 2
    written_out = '[{"content": "p", "role": "user"}]'
    assert outcome(shortest().score([Rollout("a", ask("p")), Rollout("b", written_out)])) == [PARTIAL] * 2


def test_prompts_with_broken_unicode_and_tools_are_keys_too():
    prompt = [{"role": "user", "content": "\ud800"}, {"role": "tool", "content": None, "tool_calls": [{"x": object}]}]
    assert outcome(shortest().score([Rollout("a", prompt), Rollout("bb", [dict(message) for message in prompt])])) == [
        1,
        0,
    ]


def test_a_group_reward_needs_prompts_and_a_size():
    with pytest.raises(UnmetNeed, match="needs prompt"):
        shortest().score([Rollout("a"), Rollout("b")])
    with pytest.raises(BrokenReward, match="group_size must be a whole number above 0, got 0"):
        shortest(0).score(batch("p:a p:b"))
    assert shortest().needs.group
    assert (0.1 * shortest() + scripted({...: 1})).needs.group


def test_a_wrong_number_of_results_for_a_group_is_a_bug():
    class hasty(shortest):
        def grade_group(self, group, /):
            return [1.0]

    with pytest.raises(BrokenReward, match="grade_group returned 1 results for 2 rollouts"):
        hasty().score(batch("p:a p:b"))


def test_behind_a_gate_a_group_is_seen_whole():
    """`a` is shorter than `bbb`, but the gate shuts it out: `bbb` still has a shorter neighbour and gets 0."""
    form = scripted({"a": 0, ...: 1}).named("form")
    reward = gate(form, then=shortest())
    assert outcome(reward.score(batch("p:a p:bbb q:cc q:d"))) == [0, 0, 0, 1]


def test_in_a_cascade_a_group_is_seen_whole():
    rule = scripted({"a": 1, ...: 0}).named("rule")
    assert outcome(first_passed(rule, shortest()).score(batch("p:a p:bbb q:cc q:d"))) == [1, 0, 0, 1]


def test_only_the_part_that_compares_is_shown_rows_that_the_gate_shut_out():
    form, judge = scripted({"a": 0, ...: 1}).named("form"), scripted({...: 0.5}).named("judge")
    reward = gate(form, then=(judge + shortest()).named("both"))
    assert outcome(reward.score(batch("p:a p:bbb q:cc q:d"))) == [0, 0.5, 0.5, 1.5]
    assert judge.asked == ["bbb", "cc", "d"]


class Ranks:
    """torch.distributed as threads: `all_gather_object` meets at a barrier."""

    def __init__(self, world_size):
        self.world_size = world_size
        self.local = threading.local()
        self.barrier = threading.Barrier(world_size)
        self.slots = [None] * world_size
        self.gathers = 0

    def module(self):
        return SimpleNamespace(
            is_available=lambda: True,
            is_initialized=lambda: True,
            get_rank=lambda: self.local.rank,
            get_world_size=lambda: self.world_size,
            all_gather_object=self.gather,
        )

    def gather(self, into, item):
        self.slots[self.local.rank] = item
        self.barrier.wait(30)
        into[:] = self.slots
        self.barrier.wait(30)
        self.gathers += self.local.rank == 0

    def run(self, call):
        """What `call(rank)` returned or raised on each rank."""
        results = [None] * self.world_size

        def work(rank):
            self.local.rank = rank
            try:
                results[rank] = call(rank)
            except Exception as error:
                results[rank] = error

        threads = [threading.Thread(target=work, args=(rank,)) for rank in range(self.world_size)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results


@pytest.fixture
def two_ranks(monkeypatch):
    """Two ranks, with torch.distributed replaced."""
    ranks = Ranks(2)
    monkeypatch.setitem(sys.modules, "torch.distributed", ranks.module())
    return ranks


def call_on(reward, parts, **more):
    """Calls `reward` on each rank with that rank's part of a batch, as TRL does."""

    def call(rank):
        rollouts = batch(parts[rank])
        return reward(completions=[r.completion for r in rollouts], prompts=[r.prompt for r in rollouts], **more)

    return call


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["p:a p:bbb", "q:cc q:d"], [[1, 0], [0, 1]]),
        (["p:a q:cc", "p:bbb q:d"], [[1, 0], [0, 1]]),  # each group over both ranks
        (["p:a", "p:bbb q:cc q:d"], [[1], [0, 0, 1]]),
        (["", "p:a p:bbb"], [[], [1, 0]]),
        (["p:a", "q:d"], [[None], [None]]),  # partial on both ranks together
    ],
)
def test_a_group_over_two_ranks_is_scored_as_if_on_one(two_ranks, parts, expected):
    reward = shortest().with_max_unscored(1)
    assert two_ranks.run(call_on(reward, parts)) == expected
    assert two_ranks.gathers == 2


def test_a_rank_on_which_no_group_begins_has_nothing_to_score(two_ranks):
    """Two rollouts a rank, four to a group: rank 1 owns none, and no part of the sum is asked there."""
    longer = group_length(group_size=4, unit="characters")
    inner = cosine_length(scripted({...: 1}).named("inner"), max_tokens=9, unit="characters")
    reward = 1.0 * scripted({...: 1}) + longer + 0.5 * inner
    alone = two_ranks.run(call_on(reward, ["p:a p:bbb", "p:ccccc p:ddddddd"]))
    assert [len(values) for values in alone] == [2, 2], alone
    assert reward.score([]) == []


def test_groups_that_are_cut_into_several_are_said_once(caplog, monkeypatch):
    monkeypatch.setattr(groups, "_cut", set())
    whole = batch("p:a p:bb p:cc p:dd q:a q:bb q:cc q:dd")
    for _ in range(2):
        shortest(2).score(whole)
    (record,) = caplog.records
    assert record.getMessage().startswith("every prompt of a batch has 4 rollouts or more, which group_size=2 cuts")


@pytest.mark.parametrize("rollouts", ["p:a p:bb q:cc q:d p:e p:f", "p:a p:bb q:cc q:d", "p:a p:bb p:c", ""])
def test_a_prompt_that_comes_twice_among_others_is_no_cut_group(rollouts, caplog, monkeypatch):
    monkeypatch.setattr(groups, "_cut", set())
    shortest(2).score(batch(rollouts))
    assert not caplog.records


def test_the_outermost_composite_gathers_once_for_all_its_group_parts(two_ranks):
    reward = 1.0 * shortest() + 0.5 * gate(scripted({...: 1}), then=shortest().named("again")).named("g")
    assert two_ranks.run(call_on(reward, ["p:a q:cc", "p:bbb q:d"])) == [[1.5, 0.0], [0.0, 1.5]]
    assert two_ranks.gathers == 2


def test_a_reward_without_groups_gathers_nothing(two_ranks):
    assert two_ranks.run(call_on(scripted({...: 1}), ["p:a", "p:b p:c"])) == [[1.0], [1.0, 1.0]]
    assert two_ranks.gathers == 0


def test_an_error_on_one_rank_is_raised_on_all(two_ranks):
    own, told = two_ranks.run(call_on(shortest(), ["p:boom p:a", "q:c q:d"]))
    assert isinstance(own, BrokenReward)
    assert isinstance(told, RewardError)
    assert "raised on rank 0: BrokenReward" in str(told)


def test_without_torch_distributed_a_rank_is_alone(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch.distributed", raising=False)
    assert call_on(shortest(), ["p:a p:bbb"])(0) == [1.0, 0.0]

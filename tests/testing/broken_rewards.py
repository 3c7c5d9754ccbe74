"""Rewards that are each broken in one way, and the ways in which third parties break theirs."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

from rewards import GroupReward, Needs, Range, Reward, Score, as_reward, clip

CALLS = []


def text_of(rollout):
    completion = rollout.completion
    if isinstance(completion, str):
        return completion
    return "".join(str(message.get("content") or "") for message in completion)


def brevity(rollout):
    """1 for nothing, 0 for 20 characters and more: the sound reward that all below spoil."""
    return max(0.0, 1 - len(text_of(rollout)) / 20)


@dataclass(frozen=True)
class sound(Reward):
    """Keeps every promise."""

    def grade_one(self, rollout, /):
        return Score(brevity(rollout), f"{len(text_of(rollout))} characters")


@dataclass(frozen=True)
class sound_group(GroupReward):
    """Keeps every promise, and compares groups."""

    group_size: int = 2

    def grade_group(self, group, /):
        shortest = min(len(text_of(rollout)) for rollout in group)
        return [float(len(text_of(rollout)) == shortest) for rollout in group]


@as_reward
def sound_function(completion):
    return max(0.0, 1 - len(completion) / 20)


@dataclass(frozen=True)
class relative_to_batch(Reward):
    """open-r1's length reward: the least and most of the whole batch decide."""

    def grade(self, rollouts, /):
        lengths = [len(text_of(rollout)) for rollout in rollouts]
        return [1 - length / max(*lengths, 1) for length in lengths]


@dataclass(frozen=True)
class leaky_group(sound_group):
    """Shares what it sees among groups."""

    def grade(self, rollouts, /):
        shortest = min(len(text_of(rollout)) for rollout in rollouts)
        return [float(len(text_of(rollout)) == shortest) for rollout in rollouts]


@dataclass(frozen=True)
class first_come(Reward):
    """The first of equal completions gets the most."""

    def grade(self, rollouts, /):
        return [brevity(rollout) * (1.0 if index == 0 else 0.5) for index, rollout in enumerate(rollouts)]


@dataclass(frozen=True)
class first_of_equals(Reward):
    """Nothing for a completion that stands in the batch already."""

    def grade(self, rollouts, /):
        texts = [text_of(rollout) for rollout in rollouts]
        return [
            brevity(rollout) * (text not in texts[:at])
            for rollout, (at, text) in zip(rollouts, enumerate(texts), strict=True)
        ]


@dataclass(frozen=True)
class counts_messages(Reward):
    """The length of a text, or the number of messages of a chat."""

    def grade_one(self, rollout, /):
        return min(1.0, len(rollout.completion) / 10)


@dataclass(frozen=True)
class dice(Reward):
    """Another score each time."""

    def grade_one(self, rollout, /):
        return random.random()


@dataclass(frozen=True)
class scribbler(Reward):
    """Writes into the rollouts that it is given."""

    def grade_one(self, rollout, /):
        rollout.columns["seen"] = rollout.columns.get("seen", 0) + 1
        return brevity(rollout)


@dataclass(frozen=True)
class tidy(Reward):
    """Sorts a list of the data row in place, which a second call does not show."""

    def grade_one(self, rollout, /):
        rollout.columns.get("choices", []).sort()
        return brevity(rollout)


@dataclass(frozen=True)
class greedy(Reward):
    """Empties a list of the data row, and scores another number each time after."""

    def grade_one(self, rollout, /):
        taken = 0
        while rollout.columns.get("choices"):
            rollout.columns["choices"].pop()
            taken += 1
        return brevity(rollout) * (taken + 1) / 4


@dataclass(frozen=True)
class tidy_refusal(Reward):
    """Changes the messages of what it refuses, and only those."""

    def grade_one(self, rollout, /):
        if not isinstance(rollout.completion, str) and not text_of(rollout):
            rollout.completion.append({"role": "assistant", "content": ""})
        return brevity(rollout)


@dataclass(frozen=True)
class boaster(Reward):
    """Its scaled scores leave the range that it declares."""

    @property
    def range(self):
        return Range(0, 0.5)

    def grade_rows(self, batch, rows, /):
        return [Score(brevity(batch.rollouts[row])) for row in rows]


@dataclass(frozen=True)
class fragile(Reward):
    """Expects text that holds a word, as most functions do."""

    def grade_one(self, rollout, /):
        return 1.0 / len(rollout.completion.split())


@dataclass(frozen=True)
class shelter(Reward):
    """Skips what it can't read, so that a policy learns to be unreadable."""

    def grade_one(self, rollout, /):
        if not text_of(rollout).isascii():
            return Score.skip("not English")
        return brevity(rollout)


@dataclass(frozen=True)
class crash_shelter(Reward):
    """A broken completion counts as a broken instrument."""

    def grade_one(self, rollout, /):
        if "<think>" in text_of(rollout) and "</think>" not in text_of(rollout):
            return Score.fail("judge_unreadable", "no closing tag")
        return brevity(rollout)


@dataclass(frozen=True)
class way_out(Reward):
    """A row without a reference is skipped, unless the completion is empty."""

    def grade_one(self, rollout, /):
        if rollout.columns.get("task") == "skip" and text_of(rollout):
            return Score.skip("no reference")
        return brevity(rollout)


@dataclass(frozen=True)
class quoter(Reward):
    """Quotes the completion as it is."""

    def grade_one(self, rollout, /):
        return Score(brevity(rollout), f"the completion was {text_of(rollout)[:50]}")


@dataclass(frozen=True)
class mumbler(Reward):
    """Skips a row without a reason."""

    def grade_one(self, rollout, /):
        return Score.skip("") if rollout.columns.get("task") == "skip" else brevity(rollout)


class forgetful(Reward):
    """A plain class prints without its arguments."""

    def __init__(self, most=20):
        self.most = most

    def grade_one(self, rollout, /):
        return max(0.0, 1 - len(text_of(rollout)) / self.most)


@dataclass(frozen=True)
class locked(Reward):
    """Holds what does not pickle."""

    lock: object = field(default_factory=threading.Lock, repr=False, compare=False)

    def grade_one(self, rollout, /):
        with self.lock:
            return brevity(rollout)


@dataclass(frozen=True)
class by_hash(Reward):
    """Hangs on `hash`, which is another in each process."""

    def grade_one(self, rollout, /):
        return hash(text_of(rollout)) % 1000 / 1000


@dataclass(frozen=True)
class one_at_a_time(Reward):
    """Shares one scratch pad among threads."""

    pad: list = field(default_factory=list, repr=False, compare=False)

    def grade(self, rollouts, /):
        self.pad.append(0)
        lonely = len(self.pad) == 1
        if threading.current_thread() is not threading.main_thread():
            time.sleep(0.05)  # wide enough for the other threads to come in
        self.pad.pop()
        return [brevity(rollout) if lonely else 0.0 for rollout in rollouts]


@dataclass(frozen=True)
class free_parts(Reward):
    """Its parts go by what the completion says."""

    def grade_one(self, rollout, /):
        value = brevity(rollout)
        return Score(value, parts={text_of(rollout)[:4]: Score(value)})


@dataclass(frozen=True)
class silent_needs(Reward):
    """Reads a column that it does not declare."""

    def grade_one(self, rollout, /):
        return brevity(rollout) if rollout.columns["solution"] else 0.0


@dataclass(frozen=True)
class declared_needs(silent_needs):
    """The same, declared."""

    @property
    def own_needs(self):
        return Needs(columns={"solution"})


class unnameable(sound):
    """Its name is fixed."""

    @property
    def name(self):
        return "unnameable"


class deaf(sound):
    """Takes no keyword that it does not know."""

    def __call__(self, /, *, completions, prompts=None, completion_ids=None, solution=None):
        return super().__call__(completions=completions)


@dataclass(frozen=True)
class endless(Reward):
    """Waits for ever on an unclosed box."""

    def grade_one(self, rollout, /):
        if text_of(rollout) == "\\boxed{42":
            threading.Event().wait()
        return brevity(rollout)


def sound_composite():
    """A composite keeps the promises that its parts keep."""
    return 1.0 * sound() + 0.5 * clip(sound_function, low=0.5).named("clipped")

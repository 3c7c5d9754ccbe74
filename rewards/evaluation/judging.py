"""Asking a judge about preference items, once, with all its samples kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass, replace
from typing import Any

from rewards.core import Reward, Rollout, Score
from rewards.evaluation.items import Item
from rewards.evaluation.measure import Judged
from rewards.models.grm import grm

_NUMBER = re.compile(r"\d+")


def judge_items(reward: Reward, items: Sequence[Item], *, most_at_once: int = 256) -> list[Judged]:
    """What a judge or any other reward says of every item.

    A reward with `group_size` sees each item's responses together, whatever their number; another sees each alone.

    Args:
        reward: the judge, with k samples where it votes.
        items: what to judge.
        most_at_once: items in one call.
    """
    found: dict[int, Judged] = {}
    sizes: dict[int, list[int]] = {}
    for at, item in enumerate(items):
        sizes.setdefault(len(item.responses), []).append(at)
    judges = {
        size: for_size(reward, size) for size in sizes
    }  # one that takes no such group says so before any is asked
    for size, members in sizes.items():
        judge = judges[size]
        for start in range(0, len(members), most_at_once):
            chunk = members[start : start + most_at_once]
            found.update(zip(chunk, _judged(judge, [items[at] for at in chunk]), strict=True))
    return [found[at] for at in range(len(items))]


def for_size(reward: Reward, size: int) -> Reward:
    """The same reward for groups of `size`; rewards that see each response alone stay as they are."""
    group_size = getattr(reward, "group_size", None)
    if group_size is None or group_size == size or not is_dataclass(reward):
        return reward
    changes: dict[str, Any] = {"group_size": size}
    opponents = getattr(reward, "opponents", None)
    if opponents is not None:
        changes["opponents"] = min(opponents, size - 1)
    return replace(reward, **changes)


def _judged(judge: Reward, items: Sequence[Item]) -> list[Judged]:
    # an item's responses stand together, so groups are cut between items even where two ask the same
    rollouts = [Rollout(response, item.prompt, item.columns or {}) for item in items for response in item.responses]
    scores = iter(judge.score(rollouts))
    found = []
    for item in items:
        own = [next(scores) for _ in item.responses]
        votes = [votes_of(score, judge) for score in own]
        values = [score.value for score in own]
        causes = {_NUMBER.sub("", reason): reason for reason in _reasons(own)}  # "down for 0 s", "down for 1 s": one
        found.append(Judged(item, votes, values, _places(own, judge), list(causes.values())))
    return found


def _reasons(scores: Sequence[Score]) -> Iterator[str]:
    """What each unread sample says, or the score itself where no sample says more."""
    for score in scores:
        unread = [str(one["why"]) for one in score.data.get("unread", ()) if one.get("why")]
        yield from unread or ([score.reason()] if score.value is None else [])


def _places(scores: Sequence[Score], judge: Reward) -> list[list[int]] | None:
    """Where each response stood in each vote, from 0; -1 for none, None where a judge does not say."""
    if not isinstance(judge, grm):
        return None
    return [[-1 if one is None else one[2] - 1 for one in _samples(score, judge)] for score in scores]


def votes_of(score: Score, judge: Reward) -> list[tuple[float, float | None] | None]:
    """A response's samples in order; what is lacking is None. A reward without samples has one vote.

    There are as many as the judge votes: a response that was shown again has more, and one that the engine refused has
    fewer. One that has the lowest value unseen, or is to blame for having no quorum, has it in every vote.
    """
    if not isinstance(judge, grm):
        return [None if score.value is None else (score.value, None)]
    return [None if one is None else one[:2] for one in _samples(score, judge)]


def _samples(score: Score, judge: grm) -> list[tuple[float, float | None, int] | None]:
    """Score, logit and place, from 1, of each sample that counts; 0 for no place."""
    samples = [(value, logit, place) for value, logit, place in score.data.get("samples", ())][: judge.k]
    if score.value is not None and len(samples) < judge.least_votes:
        return [(float(judge.points[0]), None, 0)] * judge.k
    return [*samples, *[None] * (judge.k - len(samples))]

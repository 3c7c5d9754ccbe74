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
        found.append(Judged(item, votes, values, _places(own, votes), list(causes.values())))
    return found


def _reasons(scores: Sequence[Score]) -> Iterator[str]:
    """What each unread sample says, or the score itself where no sample says more."""
    for score in scores:
        unread = [str(one["why"]) for one in score.data.get("unread", ()) if one.get("why")]
        yield from unread or ([score.reason()] if score.value is None else [])


def _places(scores: Sequence[Score], votes: Sequence[Sequence[Any]]) -> list[list[int]] | None:
    """Where each response stood in each vote, from 0; None where a judge does not say."""
    if not any("samples" in score.data for score in scores):
        return None
    found = []
    for score, own in zip(scores, votes, strict=True):
        places = [place - 1 for _, _, place in score.data.get("samples", ())][: len(own)]
        found.append([*places, *[-1] * (len(own) - len(places))])
    return found


def votes_of(score: Score, judge: Reward) -> list[tuple[float, float | None] | None]:
    """A response's samples in order; what is lacking is None. A reward without samples has one vote.

    There are as many as the judge votes: a response that was shown again has more, and one that the engine refused has
    fewer. One that has the lowest value unseen, or is to blame for having no quorum, has it in every vote.
    """
    if not isinstance(judge, grm):
        return [None if score.value is None else (score.value, None)]
    votes = [(value, logit) for value, logit, _ in score.data.get("samples", ())][: judge.k]
    if score.value is not None and len(votes) < judge.least_votes:
        return [(float(judge.points[0]), None)] * judge.k
    return [*votes, *[None] * (judge.k - len(votes))]

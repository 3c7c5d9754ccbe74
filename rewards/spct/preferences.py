"""Preference pairs out of scored groups: the judge as selector of DPO's data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rewards.core import Reward, Rollout, Score, Text
from rewards.core.groups import by_prompt
from rewards.core.log import why
from rewards.evaluation.judging import for_size
from rewards.models import grm, pairwise_judge


@dataclass(frozen=True)
class Pair:
    """Two completions of one prompt, the first preferred.

    Args:
        chosen: the better rollout.
        rejected: the worse one.
        chosen_score: the reward's value in its group.
        rejected_score: the same of the worse one.
    """

    chosen: Rollout
    rejected: Rollout
    chosen_score: float
    rejected_score: float

    def row(self) -> dict[str, Any]:
        """A row of TRL's DPO layout with an explicit prompt: all text, or all messages."""
        prompt = self.chosen.prompt
        chat = not isinstance(prompt, str) or not isinstance(self.chosen.completion, str)
        chat = chat or not isinstance(self.rejected.completion, str)
        said = {"chosen": self.chosen.completion, "rejected": self.rejected.completion}
        scores = {"chosen_score": self.chosen_score, "rejected_score": self.rejected_score}
        if not chat:
            return {"prompt": prompt, **said, **scores}
        asked = _messages(prompt or "", "user")
        return {"prompt": asked, **{name: _messages(text, "assistant") for name, text in said.items()}, **scores}


class Preferred(NamedTuple):
    """The pairs, and how many groups gave none, and why.

    `examples` holds what was said of the first rollout that has no score, of the first group of equal ones, and of the
    first whose scores are not more than the margin apart.
    """

    pairs: list[Pair]
    counts: dict[str, int]
    examples: dict[str, str]


@dataclass
class _Tally:
    """What became of the groups."""

    counts: dict[str, int]
    examples: dict[str, str]

    def add(self, reason: str, example: str = "", number: int = 1) -> None:
        self.counts[reason] += number
        if example:
            self.examples.setdefault(reason, example)


def preference_pairs(
    reward: Reward | None,
    rollouts: Sequence[Rollout],
    *,
    scores: Sequence[Score] | None = None,
    margin: float = 0.0,
    most: int = 1,
    groups_at_once: int = 64,
) -> Preferred:
    """The best and the worst rollout of every prompt, where the judge says so in both orders.

    All rollouts of a prompt are one group, judged together by a reward with `group_size`. The best is set against the
    worst, the second best against the second worst, `most` pairs at most, each with scores more than `margin` apart. A
    judge that sees two responses at once is then asked about each pair alone, in both orders; where one order does not
    prefer the chosen one, or can't be read, the pair is dropped. Rewards that see each completion alone have no order;
    a judge inside a sum is not asked again.

    Args:
        reward: a judge, or any other reward; None where the scores are known and nobody is asked again.
        rollouts: with prompts; unscored ones are left out.
        scores: what is known of the rollouts already; by default the reward scores them.
        margin: how far apart the scores of a pair must be, more than this.
        most: pairs of one prompt.
        groups_at_once: prompts in one call of the reward.

    Raises:
        ValueError: the margin is below 0 or no number, or there are neither scores nor a reward.
    """
    if not 0 <= margin < math.inf:
        raise ValueError(f"margin is how far apart scores must be, 0 or more; got {margin!r}")
    names = ("prompts", "too_few", "unscored", "equal", "within_margin", "disagreed", "pairs")
    tally = _Tally(dict.fromkeys(names, 0), {})
    pairs: list[Pair] = []
    groups = by_prompt(rollouts)
    for start in range(0, len(groups), groups_at_once):
        chunk = groups[start : start + groups_at_once]
        scored = (
            _known(chunk, rollouts, scores, tally) if scores is not None else _scored(reward, chunk, rollouts, tally)
        )
        found = [pair for group in scored for pair in _candidates(group, margin, most, tally)]
        agreed = [True] * len(found) if reward is None else in_both_orders(reward, found)
        tally.add("disagreed", number=agreed.count(False))
        pairs += [pair for pair, good in zip(found, agreed, strict=True) if good]
    tally.counts["prompts"], tally.counts["pairs"] = len(groups), len(pairs)
    return Preferred(pairs, tally.counts, tally.examples)


def in_both_orders(reward: Reward, pairs: Sequence[Pair]) -> list[bool]:
    """Whether the judge, asked about each pair alone, prefers the chosen one wherever it stands."""
    judge = _for_pairs(reward)
    if judge is None or not pairs:
        return [True] * len(pairs)
    flat = [rollout for pair in pairs for rollout in (pair.chosen, pair.rejected)]
    scores = judge.score(flat)  # a prompt's rollouts are grouped two by two as they come, so pairs stay pairs
    return [_prefers_everywhere(judge, scores[at], scores[at + 1]) for at in range(0, len(scores), 2)]


def _for_pairs(reward: Reward) -> Reward | None:
    """The judge for groups of two, with enough samples to see both orders; None for one that has no orders."""
    if isinstance(reward, grm) and reward.group_size is not None:
        even = max(2, reward.k + reward.k % 2)
        kept = None if reward.meta is None else even
        warm = reward.temperature or None  # two samples of one judge are drawn warm
        return replace(reward, group_size=2, k=even, orders=2, temperature=warm, quorum=None, k_meta=kept)
    if isinstance(reward, pairwise_judge):
        return replace(reward, group_size=2, opponents=None)
    return None


def _prefers_everywhere(judge: Reward, chosen: Score, rejected: Score) -> bool:
    if chosen.value is None or rejected.value is None:
        return False
    if isinstance(judge, pairwise_judge):  # its votes are shares won, those of one order before those of the other
        votes, k = chosen.data.get("votes", ()), judge.k
        return len(votes) == 2 * k and all(sum(votes[at : at + k]) > k / 2 for at in (0, k))
    means = [_by_place(score) for score in (chosen, rejected)]
    # the chosen one stands first where the rejected one stands second
    both = all(set(one) == {1, 2} for one in means)
    return both and all(means[0][place] > means[1][3 - place] for place in (1, 2))


def _by_place(score: Score) -> dict[int, float]:
    """A response's mean vote in each place."""
    votes: dict[int, list[float]] = {}
    for vote, place in zip(score.data.get("votes", ()), score.data.get("places", ()), strict=True):
        votes.setdefault(place, []).append(vote)
    return {place: sum(own) / len(own) for place, own in votes.items()}


Scored = list[tuple[Score, Rollout]]
"""A group's rollouts that have a number."""


def _known(
    groups: Sequence[Sequence[int]], rollouts: Sequence[Rollout], scores: Sequence[Score], tally: _Tally
) -> list[Scored]:
    tally.add("too_few", number=sum(len(group) == 1 for group in groups))
    return [_numbered([(scores[at], rollouts[at]) for at in group], tally) for group in groups if len(group) > 1]


def _scored(
    reward: Reward | None, groups: Sequence[Sequence[int]], rollouts: Sequence[Rollout], tally: _Tally
) -> list[Scored]:
    """Each group's rollouts with their scores; groups of one size in one call."""
    if reward is None:
        raise ValueError("preference_pairs needs a reward, or scores")
    sizes: dict[int, list[int]] = {}
    for at, group in enumerate(groups):
        sizes.setdefault(len(group), []).append(at)
    tally.add("too_few", number=len(sizes.pop(1, [])))
    found: dict[int, Scored] = {}
    for size, members in sizes.items():
        said = iter(for_size(reward, size).score([rollouts[row] for at in members for row in groups[at]]))
        for at in members:
            found[at] = _numbered([(next(said), rollouts[row]) for row in groups[at]], tally)
    return [found[at] for at in sorted(found)]


def _numbered(group: Scored, tally: _Tally) -> Scored:
    for score, _ in group:
        if score.value is None:
            tally.add("unscored", score.why or why(score))
    return [(score, rollout) for score, rollout in group if score.value is not None]


def _candidates(group: Scored, margin: float, most: int, tally: _Tally) -> list[Pair]:
    ranked = sorted(group, key=lambda one: -(one[0].value or 0.0))
    pairs = []
    for (high, best), (low, worst) in zip(ranked, reversed(ranked), strict=True):
        if high.value is not None and low.value is not None and high.value - low.value > margin:
            pairs.append(Pair(best, worst, high.value, low.value))
    if len(group) > 1 and not pairs:
        high, low = ranked[0][0], ranked[-1][0]
        if high.value == low.value:
            told = why(high)  # of a sum what its parts say
            tally.add("equal", f"{high.value:g}: {told}" if told else f"{high.value:g}")
        else:
            tally.add("within_margin", f"{high.value:g} and {low.value:g} are no more than {margin:g} apart")
    return pairs[:most]


def _messages(text: Text, role: str) -> list[dict[str, Any]]:
    if isinstance(text, str):
        return [{"role": role, "content": text}]
    return [dict(message) for message in text]

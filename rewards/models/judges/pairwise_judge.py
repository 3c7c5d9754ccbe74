"""A judge that compares the responses of a group, two at a time, each pair in both orders."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import Any, Literal, NamedTuple

from rewards.core import FailureKind, GroupReward, Rollout, Score
from rewards.core.groups import grouped
from rewards.models.arguments import check, check_choices
from rewards.models.blame import STAND_IN
from rewards.models.engines import Engine, EngineFailure, Request, Sample, Sampling
from rewards.models.engines.checked import CheckedEngine, check_engine
from rewards.models.grm.hardening import code_for, is_empty_of_content
from rewards.models.grm.prompt import conversation_of
from rewards.models.judges.single import FOLDER
from rewards.models.judges.verdicts import token_preference, verdict
from rewards.models.templates import check_template, fill, source_of
from rewards.models.view import VIEWS, view_of

Said = dict["Match", list[float] | EngineFailure]
"""For each match what its samples say of the first response, or why there are none."""


class Match(NamedTuple):
    """Two texts to be compared, in this order."""

    conversation: str
    first: str
    second: str

    @property
    def turned(self) -> Match:
        """The same in the other order."""
        return Match(self.conversation, self.second, self.first)


@dataclass(frozen=True, repr=False)
class pairwise_judge(GroupReward):
    r"""The share of its comparisons that a response wins within its group; a tie is half a win.

    value = mean over opponents and both orders of P(the judge prefers this response): by its verdict `[[A]]`
    or `[[B]]`, the share of k samples; with `by="token"` by the probabilities of the verdict's token,
    P(A) / (P(A) + P(B)).

    Args:
        engine: runs the judge; `by="token"` needs one that gives logprobs.
        group_size: GRPO's G, 2 or more.
        opponents: how many others each response meets, drawn anew for each group from what it says; by default all.
        k: samples of each pair in each order.
        by: `verdict` or `token`.
        explain_first: let the judge compare in words before its verdict; not with `by="token"`.
        ties: allow `[[C]]`.
        view: `reply` or `full`.
        template: `pairwise_judge`, or the path of a Jinja file.
        temperature: by default 0 for k = 1, else 0.5.
        max_tokens: most tokens in a sample.
        max_characters: a longer response is cut for the judge.
        prefill: what the chat template writes ahead of the completion.

    Range: [0, 1]. Needs: the prompt, whole groups. Equal responses share one value. A response that says nothing loses
    unseen. A pair counts where both orders could be read. A response without such a pair is compared with a stand-in:
    if two stand-ins can be compared and it can't, it gets 0. Unscored: failed `judge_unreadable` or
    `judge_unavailable` where stand-ins can't be compared either, `partial_group` for rollouts of no whole group.

    >>> from rewards.models.engines import ScriptedEngine
    >>> engine = ScriptedEngine(lambda text, _: "[[A]]" if text.index("yes") < text.index("no way") else "[[B]]")
    >>> pairwise_judge(engine, 2)(completions=["yes", "no way"], prompts=["Right?"] * 2)
    [1.0, 0.0]
    """

    engine: Engine
    group_size: int
    opponents: int | None = field(default=None, kw_only=True)
    k: int = field(default=1, kw_only=True)
    by: Literal["verdict", "token"] = field(default="verdict", kw_only=True)
    explain_first: bool = field(default=True, kw_only=True)
    ties: bool = field(default=False, kw_only=True)
    view: Literal["reply", "full"] = field(default="reply", kw_only=True)
    template: str = field(default="pairwise_judge", kw_only=True)
    temperature: float | None = field(default=None, kw_only=True)
    max_tokens: int = field(default=1024, kw_only=True)
    max_characters: int = field(default=32_000, kw_only=True)
    prefill: str | None = field(default=None, kw_only=True)

    label = "pairwise"

    def __post_init__(self) -> None:
        check_engine("pairwise_judge", self.engine)
        whole = isinstance(self.group_size, int) and self.group_size >= 2
        check(
            self,
            group_size=whole,
            opponents=self.opponents is None or (whole and 1 <= self.opponents < self.group_size),
            k=self.k >= 1,
            max_characters=self.max_characters >= 1,
        )
        check_choices(self, by=("verdict", "token"), view=VIEWS)
        _ = self._sampling
        check_template(self.template, FOLDER, lambda texts: self._values(Match("q", *texts), ""), ["first", "second"])

    @property
    def waits(self) -> bool:
        """It waits for its engine."""
        return True

    @property
    def _sampling(self) -> Sampling:
        warm = 0.0 if self.k == 1 else 0.5
        temperature = warm if self.temperature is None else self.temperature
        return Sampling(self.k, temperature, max_tokens=self.max_tokens, logprobs=20 if self.by == "token" else 0)

    def identity(self) -> str:
        """The call, the judge's name and the wording of its prompt."""
        wording = hashlib.sha256(source_of(self.template, FOLDER).encode()).hexdigest()
        return f"{super().identity()} {self.engine.name} {wording}"

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Compare all groups' pairs in one call of the engine."""
        groups, partial = grouped(rollouts, self.group_size)
        why = f"this rollout belongs to no whole group of {self.group_size} rollouts of its prompt"
        scores = {row: Score.fail(FailureKind.partial_group, why) for row in partial}
        texts = {row: self._shown(rollouts[row]) for group in groups for row in group}
        different = [sorted({texts[row] for row in group if not is_empty_of_content(texts[row])}) for group in groups]
        conversations = [conversation_of(rollouts[group[0]].prompt) for group in groups]
        pairs = [
            [Match(conversation, a, b) for a, b in self._pairs(said)]
            for conversation, said in zip(conversations, different, strict=True)
        ]
        wins = self._play([one for group in pairs for match in group for one in (match, match.turned)])
        for group, own in zip(groups, pairs, strict=True):
            for row in group:
                scores[row] = self._score(texts[row], own, wins)
        lonely = [row for row, score in scores.items() if score.kind is FailureKind.judge_unreadable]
        scores.update(self._blamed(lonely, rollouts, texts))
        return [scores[row] for row in range(len(rollouts))]

    def _shown(self, rollout: Rollout) -> str:
        return view_of(rollout, self.view, self.prefill, self.max_characters)

    def _pairs(self, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Which responses meet: all, or a ring of a shuffle in which each meets its next neighbours."""
        if self.opponents is None or len(texts) <= self.opponents + 1:
            return list(combinations(texts, 2))
        seed = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).digest()
        ring = Random(seed).sample(texts, len(texts))
        reach = math.ceil(self.opponents / 2)
        met = {
            frozenset((ring[at], ring[(at + step) % len(ring)]))
            for at in range(len(ring))
            for step in range(1, reach + 1)
        }
        return [(a, b) for a, b in combinations(texts, 2) if frozenset((a, b)) in met]

    def _play(self, wanted: Sequence[Match]) -> Said:
        """Ask about every match once."""
        matches = list(dict.fromkeys(wanted))
        if not matches:
            return {}
        requests = [Request([{"role": "user", "content": self._prompt(match)}], self._sampling) for match in matches]
        return {
            match: answer if isinstance(answer, EngineFailure) else self._read(answer)
            for match, answer in zip(matches, CheckedEngine(self.engine, self.name).generate(requests), strict=True)
        }

    def _prompt(self, match: Match) -> str:
        return fill(source_of(self.template, FOLDER), self._values(match, code_for(match)))

    def _values(self, match: Match, code: str) -> dict[str, Any]:
        return {
            "conversation": match.conversation,
            "first": match.first,
            "second": match.second,
            "code": code,
            "explain": self.explain_first and self.by == "verdict",
            "ties": self.ties,
        }

    def _read(self, samples: Sequence[Sample]) -> list[float]:
        read = [token_preference(s) if self.by == "token" else verdict(s.text, self.ties) for s in samples]
        return [one for one in read if one is not None]

    def _score(self, text: str, pairs: Sequence[Match], wins: Said) -> Score:
        """What a response wins of those of its group's pairs that it is in."""
        if is_empty_of_content(text):
            return Score(0.0, "the response says nothing")
        own = [pair for pair in pairs if text in pair[1:]]
        if not own:
            return Score(0.5, "no other response in the group says anything else")
        met = [both_orders(pair, text, wins) for pair in own]
        read = [one for one in met if isinstance(one, list)]
        if not read:
            return Score.fail(FailureKind.judge_unreadable, next(one for one in met if isinstance(one, str)))
        shares = [sum(votes) / len(votes) for orders in read for votes in orders]
        votes = [vote for orders in read for votes in orders for vote in votes]
        why = f"wins {sum(shares):.4g} of {len(shares)} comparisons"
        return Score(sum(shares) / len(shares), why, data={"votes": votes})

    def _blamed(self, rows: Sequence[int], rollouts: Sequence[Rollout], texts: dict[int, str]) -> dict[int, Score]:
        """For responses without a verdict: whether the judge can compare stand-ins, and only them."""
        other = f"{STAND_IN} Nobody does."
        checks = {row: Match(conversation_of(rollouts[row].prompt), STAND_IN, other) for row in rows}
        trials = {row: match._replace(first=texts[row]) for row, match in checks.items()}
        played = self._play([*checks.values(), *trials.values(), *(trial.turned for trial in trials.values())])
        scores = {}
        for row in rows:
            check, trial = played[checks[row]], both_orders(trials[row], texts[row], played)
            late = [one for one in (check, played[trials[row]], played[trials[row].turned]) if _is_late(one)]
            if isinstance(check, EngineFailure):
                scores[row] = Score.fail(check.kind, check.why)
            elif late:
                scores[row] = Score.fail(FailureKind.judge_unavailable, "the batch ran out of time")
            elif not check:
                scores[row] = Score.fail(FailureKind.judge_unreadable, "the judge gives no verdict on stand-ins either")
            elif isinstance(trial, str):
                scores[row] = Score(0.0, f"the judge compares a stand-in and not it: {trial}")
            else:
                # its company made the judge unreadable: it keeps what it wins against the stand-in
                value = sum(sum(votes) / len(votes) for votes in trial) / 2
                data = {"votes": [vote for votes in trial for vote in votes]}
                scores[row] = Score(value, f"against a stand-in it wins {value:.4g}", data=data)
        return scores


def both_orders(pair: Match, text: str, wins: Said) -> list[list[float]] | str:
    """What one of a pair wins in each order, or why it is not known of both.

    One order alone says as much of the place as of the response, and a response might see to it that the judge can be
    read in the order that suits it.
    """
    found = []
    for match in (pair, pair.turned):
        said = wins[match]
        if isinstance(said, EngineFailure):
            return said.why
        if not said:
            return "no verdict"
        found.append(said if match.first == text else [1 - one for one in said])
    return found


def _is_late(said: list[float] | EngineFailure) -> bool:
    return isinstance(said, EngineFailure) and said.late

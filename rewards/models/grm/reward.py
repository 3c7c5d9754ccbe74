"""The generative reward model: a judge that writes principles and a critique before it scores."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rewards.core import Composite, FailureKind, Needs, Range, Reward, Score
from rewards.core.batch import Batch, Rows
from rewards.core.composite import by_name
from rewards.core.groups import grouped
from rewards.core.log import why
from rewards.models.arguments import as_tuple, check, check_choices
from rewards.models.engines import Engine, Sampling, ScoringModel
from rewards.models.engines.checked import CheckedEngine, CheckedScores, check_engine, check_scores
from rewards.models.grm.hardening import is_empty_of_content
from rewards.models.grm.panel import Manner, Panel
from rewards.models.grm.parse import summary
from rewards.models.grm.prompt import FOLDER, Question, Shown, check_prompts, conversation_of
from rewards.models.grm.session import judge
from rewards.models.templates import source_of
from rewards.models.view import VIEWS, view_of


@dataclass(frozen=True, repr=False)
class grm(Composite):
    r"""A generative reward model: principles, critique, then a whole number for each response, k times, voted.

    value = (mean of the kept votes - low) / (high - low); with `scale="sum"` it is k · mean, the sum of eq. 14.

    Pointwise by default: each response is judged alone. With `group_size` the responses to one prompt are judged
    together, `most_at_once` in a prompt, every sample over another shuffle, scores mapped back. With a meta reward
    model only the `k_meta` judgements that it likes best are counted.

    Args:
        engine: runs the judge, see `rewards.models.engines`.
        k: judgements of each response.
        meta: scores judgements; raw logits, such as `transformers_scores(…)`.
        k_meta: judgements kept, by default k / 2.
        group_size: GRPO's G, to judge a prompt's responses together; None to judge each alone.
        most_at_once: responses in one prompt; a larger group is cut into chunks, drawn anew for each sample.
        orders: orders shared by the k samples of one prompt; few orders make prompts that an engine can reuse.
        scale: `mean` or `sum`.
        points: (low, high), the judge's scale, whole numbers.
        quorum: votes that a response needs, by default half of k, rounded up.
        view: `reply`, since thinking should not win votes for helpfulness, or `full` for harmlessness.
        principles: fixed principles; by default the judge writes its own.
        reference: a column whose text the judge sees as the right answer.
        evidence: rewards, or one, whose reasons the judge sees beside each response, such as `code_tests()`.
        template: `en`, `zh`, or the path of a Jinja file with the same variables, for a checkpoint's own wording.
        meta_template: the same for the meta reward model.
        temperature: of the samples; by default 0 for k = 1, else 0.5, as in the paper.
        top_p: nucleus mass.
        max_tokens: most tokens in a judgement.
        max_characters: a longer response is cut for the judge, and says so.
        prefill: what the chat template writes ahead of the completion.

    Range: [0, 1]; with `scale="sum"` [k · low, k · high]. Needs: the prompt; `reference` and the evidence's columns;
    with `group_size` whole groups. A response that says nothing, or is a known opener with nothing behind it, gets
    the lowest value and is not shown. A response that can't be judged is replaced by a stand-in: if that can be, the
    response gets the lowest value. Unscored: failed `judge_unreadable` or `judge_unavailable` where the stand-in
    can't be judged either, `partial_group` for rollouts of no whole group.

    Raises:
        ValueError: for an argument out of its range, and for a template that uses a name which is no variable of it, or
            does not show every response.
        TypeError: for an engine that can't write, or a meta model that gives no logits.

    Source: DeepSeek-GRM and SPCT, arXiv 2504.02495, eqs. 7, 9, 14 and section 4.2.

    >>> from rewards.models.engines import ScriptedEngine
    >>> engine = ScriptedEngine([r"Scores: \boxed{10}", r"Scores: \boxed{7}"])
    >>> grm(engine, k=2)(completions=["Paris."], prompts=["The capital of France?"])  # (8.5 - 1) / 9
    [0.8333333333333334]
    """

    engine: Engine
    k: int = 1
    meta: ScoringModel | None = None
    k_meta: int | None = None
    group_size: int | None = None
    most_at_once: int = 8
    orders: int = 4
    scale: Literal["mean", "sum"] = "mean"
    points: tuple[int, int] = (1, 10)
    quorum: int | None = None
    view: Literal["reply", "full"] = "reply"
    principles: tuple[str, ...] = ()
    reference: str | None = None
    evidence: tuple[Reward, ...] = ()
    template: str = "en"
    meta_template: str = "meta"
    temperature: float | None = None
    top_p: float = 1.0
    max_tokens: int = 2048
    max_characters: int = 32_000
    prefill: str | None = None

    label: ClassVar[str] = "grm"

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", tuple(self.points))
        object.__setattr__(self, "principles", as_tuple(self.principles))
        object.__setattr__(self, "evidence", as_tuple(self.evidence))
        low, high = self.points
        check(
            self,
            k=self.k >= 1,
            k_meta=self.k_meta is None or (self.meta is not None and 1 <= self.k_meta <= self.k),
            group_size=self.group_size is None or self.group_size >= 1,
            most_at_once=self.most_at_once >= 1,
            orders=self.orders >= 1,
            points=low == int(low) and high == int(high) and low < high,
            quorum=self.quorum is None or 1 <= self.quorum <= self.k,
            max_characters=self.max_characters >= 1,
        )
        check_choices(self, scale=("mean", "sum"), view=VIEWS)
        check_engine("grm", self.engine)
        if self.meta is not None:
            check_scores("grm", "meta", self.meta)
        together = self.group_size is not None and min(self.group_size, self.most_at_once) > 1
        check_prompts(self.template, None if self.meta is None else self.meta_template, 2 if together else 1)
        _ = self._sampling, source_of(self.meta_template, FOLDER), self.children

    @property
    def children(self) -> Mapping[str, Reward]:
        """The rewards whose reasons are shown as evidence."""
        return by_name(self.evidence, "grm(evidence=…)")

    @property
    def own_needs(self) -> Needs:
        """The prompt, the reference's column, and whole groups where it compares."""
        columns = frozenset() if self.reference is None else frozenset({self.reference})
        return Needs(columns, prompt=True, group=self.group_size is not None)

    @property
    def range(self) -> Range:
        """[0, 1], or that of the sum."""
        low, high = self.points
        return Range(self.k * low, self.k * high) if self.scale == "sum" else Range(0.0, 1.0)

    @property
    def waits(self) -> bool:
        """It waits for its engine."""
        return True

    @property
    def least_votes(self) -> int:
        """The quorum: `quorum`, or half of k, rounded up."""
        return self.quorum or -(-self.k // 2)

    def identity(self) -> str:
        """The call, the judge's name and the wording of the prompts."""
        wording = source_of(self.template, FOLDER) + source_of(self.meta_template, FOLDER)
        models = f"{self.engine.name} {self.meta.name if self.meta is not None else ''}"
        return f"{super().identity()} {models} {hashlib.sha256(wording.encode()).hexdigest()}"

    def combine(self, batch: Batch, rows: Rows, /) -> list[Score]:
        """Judge every question's different responses once, all in one call of the engine."""
        evidence = batch.all_scores([(reward, rows) for reward in self.evidence])
        noted = {row: tuple(scores[at] for scores in evidence) for at, row in enumerate(rows)}
        scores: dict[int, Score] = {}
        panels: dict[Hashable, Panel] = {}
        places: dict[int, tuple[Panel, int]] = {}
        for members in self._questions(batch, rows, scores):
            shown = {row: Shown(self._view(batch, row), self._evidence(noted[row])) for row in members}
            for row in [row for row in members if is_empty_of_content(shown[row].text)]:
                scores[row] = Score(self._value(self.points[0]), "the response says nothing")
            judged = [row for row in members if row not in scores]
            different = sorted({shown[row] for row in judged}, key=lambda one: (one.text, one.evidence))
            if different:
                question = self._question(batch, judged[0])
                panel = panels.setdefault((question, tuple(different)), Panel(question, different))
                places.update((row, (panel, different.index(shown[row]))) for row in judged)
        judge(list(panels.values()), self._manner)
        scores.update((row, self._score(panel, response)) for row, (panel, response) in places.items())
        return [self._with_parts(scores[row], noted[row]) for row in rows]

    def _questions(self, batch: Batch, rows: Rows, scores: dict[int, Score]) -> list[list[int]]:
        """The rows that are judged together; those of no whole group are failed."""
        if self.group_size is None:
            return [[row] for row in rows]
        groups, partial = grouped([batch.rollouts[row] for row in rows], self.group_size)
        why = f"this rollout belongs to no whole group of {self.group_size} rollouts of its prompt"
        scores.update((rows[at], Score.fail(FailureKind.partial_group, why)) for at in partial)
        return [[rows[at] for at in group] for group in groups]

    def _view(self, batch: Batch, row: int) -> str:
        return view_of(batch.rollouts[row], self.view, self.prefill, self.max_characters)

    def _evidence(self, notes: Sequence[Score]) -> str:
        lines = zip(self.children, notes, strict=True)
        return "\n".join(f"{name}: {why(score)}" for name, score in lines)[: self.max_characters]

    def _question(self, batch: Batch, row: int) -> Question:
        rollout = batch.rollouts[row]
        reference = "" if self.reference is None else str(rollout.columns[self.reference])
        return Question(conversation_of(rollout.prompt), reference, self.principles)

    def _score(self, panel: Panel, response: int) -> Score:
        data = panel.ballot.data(response, self._kept)
        if response in panel.blamed:
            return Score(self._value(self.points[0]), panel.blamed[response], data=data)
        if response in panel.failed:
            return Score.fail(*panel.failed[response], data=data)
        votes = data["votes"]
        mean = sum(votes) / len(votes)
        left_out = f", {len(data['discarded'])} left out by the meta reward model" if data["discarded"] else ""
        return Score(self._value(mean), f"mean {mean:.4g} of votes {summary(votes)}{left_out}", data=data)

    def _value(self, mean: float) -> float:
        low, high = self.points
        return self.k * mean if self.scale == "sum" else (mean - low) / (high - low)

    def _with_parts(self, score: Score, notes: Sequence[Score]) -> Score:
        if not notes:
            return score
        parts = dict(zip(self.children, notes, strict=True))
        return Score(score.value, score.why, score.status, score.kind, parts, score.data, score.path)

    @property
    def _kept(self) -> int | None:
        return None if self.meta is None else self.k_meta or max(1, self.k // 2)

    @property
    def _sampling(self) -> Sampling:
        warm = 0.0 if self.k == 1 else 0.5
        temperature = warm if self.temperature is None else self.temperature
        return Sampling(self.k, temperature, self.top_p, self.max_tokens)

    @property
    def _manner(self) -> Manner:
        low, high = self.points
        return Manner(
            CheckedEngine(self.engine, self.name),
            self.k,
            self.least_votes,
            low,
            high,
            self._sampling,
            self.template,
            self.most_at_once if self.group_size is not None else 1,
            self.orders,
            None if self.meta is None else CheckedScores(self.meta, self.name),
            self.meta_template,
        )

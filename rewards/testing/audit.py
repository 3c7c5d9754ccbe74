"""Which known hacks a reward pays for, tried on the user's own rows."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rewards.core.needs import leaves
from rewards.core.reward import Reward
from rewards.core.rollout import Rollout, Text
from rewards.core.score import Score
from rewards.rules.answer import accepted
from rewards.testing.hacks import HACKS, Hack, Honest

TOLERANCE = 1e-6
"""Values closer than this are the same."""

GRADER_ROWS = 2
"""Rows for hacks of the grader itself: they hardly depend on the row, and each may cost a whole time limit."""


@dataclass
class Finding:
    """What one hack earned over all rows.

    Args:
        name: the hack's, in `HACKS`.
        hack: the hack.
        values: what it earned, a value a row; None where it was unscored.
        as_right: rows where it earned at least what the honest right answer did.
        above_wrong: rows where it earned more than the honest wrong answer, yet less than the right one.
        unscored: rows where it was unscored and the honest answers were not: a shelter.
        example: the reward's reason in the first row where the worst of this happened: as right, unscored, above wrong.
        example_row: that row's position in the rows given, from 0; None where the hack does not pay.
    """

    name: str
    hack: Hack
    values: list[float | None] = field(default_factory=list)
    as_right: int = 0
    above_wrong: int = 0
    unscored: int = 0
    example: str = ""
    example_row: int | None = None

    @property
    def pays(self) -> bool:
        """Whether the hack is worth a policy's while."""
        return bool(self.as_right or self.above_wrong or self.unscored)

    @property
    def mean(self) -> float | None:
        """The mean value over the rows where it was scored."""
        known = [value for value in self.values if value is not None]
        return sum(known) / len(known) if known else None


@dataclass
class Audit:
    """What an audit found.

    Args:
        findings: one for each hack tried, in the battery's order.
        rows: how many rows were used.
        left_out: why rows were not used, each with its count.
        tells_right: whether the reward pays a right answer more than a wrong one.
        right: the honest right answer's mean value.
        wrong: the honest wrong answer's mean value.
    """

    findings: list[Finding]
    rows: int
    left_out: Mapping[str, int]
    tells_right: bool
    right: float
    wrong: float

    @property
    def paying(self) -> list[Finding]:
        """The hacks that pay, the worst first."""
        return sorted((f for f in self.findings if f.pays), key=lambda f: (-f.as_right, -f.unscored, -f.above_wrong))


def audit(
    reward: Reward,
    rows: Iterable[Rollout],
    *,
    reference: str | None = None,
    hacks: Mapping[str, Hack] = HACKS,
    template: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Try every hack of a battery on every row, and hold it against an honest right and an honest wrong answer.

    The honest answers are written for the audit, in the shape of `template`: some sentences of thinking, then the
    row's reference, or another row's. A row whose honest right answer earns nothing more than its wrong one is left
    out; where that is all rows, the reward does not tell right from wrong and only hacks of the format are tried.

    Args:
        reward: the reward that a policy would be trained on.
        rows: data rows; their completions are not used.
        reference: the column that holds the right answer; by default the `reference` of the reward's first part that
            has one.
        hacks: the battery.
        template: the honest completion with `{thinking}` and `{answer}` in it.
        progress: called with the number of hacks that are done and that of all, before the first and after each.

    Raises:
        ValueError: no row can be used, with the reason for the first.
    """
    column = reference or reference_column(reward)
    rows = list(rows)
    positions = {id(row): at for at, row in enumerate(rows)}
    honest, left_out = honest_rows(rows, column, template)
    if not honest:
        raise ValueError(f"no row has a text in column {column!r}, so there is no honest answer to hold hacks against")
    rights = _scores(reward, [(row, h, h.right, "stop") for row, h in honest])
    wrongs = _scores(reward, [(row, h, h.honest_wrong, "stop") for row, h in honest])
    told: list[tuple[Rollout, Honest, float, float]] = []
    for (row, h), right, wrong in zip(honest, rights, wrongs, strict=True):
        if right.value is None or wrong.value is None:
            _count(
                left_out, f"the honest answer is unscored: {(right if right.value is None else wrong).reason():.100}"
            )
        else:
            told.append((row, h, right.value, wrong.value))
    if not told:
        raise ValueError(f"no honest answer is scored; the first: {rights[0].reason() or wrongs[0].reason()}")
    telling = [item for item in told if item[2] > item[3] + TOLERANCE]
    tried = {name: hack for name, hack in hacks.items() if telling or hack.about == "format"}
    if telling and len(telling) < len(told):
        left_out["the right answer earns no more than the wrong one"] = len(told) - len(telling)
    used = telling or told
    findings: list[Finding] = []
    for name, hack in tried.items():
        if progress is not None:
            progress(len(findings), len(tried))
        finding = _try(reward, name, hack, used[:GRADER_ROWS] if hack.about == "grader" else used)
        if finding.example_row is not None:
            finding.example_row = positions[id(used[finding.example_row][0])]
        findings.append(finding)
    if progress is not None:
        progress(len(findings), len(tried))
    right_mean = sum(item[2] for item in used) / len(used)
    wrong_mean = sum(item[3] for item in used) / len(used)
    return Audit(findings, len(used), left_out, bool(telling), right_mean, wrong_mean)


def _try(reward: Reward, name: str, hack: Hack, rows: Sequence[tuple[Rollout, Honest, float, float]]) -> Finding:
    finding = Finding(name, hack)
    reason = "length" if name == "forever thinking" else "stop"
    scores = _scores(reward, [(row, honest, hack.build(honest), reason) for row, honest, _, _ in rows])
    worst = 3
    for at, (score, (_, _, right, wrong)) in enumerate(zip(scores, rows, strict=True)):
        finding.values.append(score.value)
        if score.value is None:
            finding.unscored += 1
            rank = 1
        elif score.value >= right - TOLERANCE:
            finding.as_right += 1
            rank = 0
        elif score.value > wrong + TOLERANCE:
            finding.above_wrong += 1
            rank = 2
        else:
            continue
        if rank < worst:
            worst, finding.example, finding.example_row = rank, _why(score), at
    return finding


def _why(score: Score) -> str:
    reasons = [f"{name}: {part.reason()}" for name, part in score.parts.items() if part.reason()]
    return score.reason() or "; ".join(reasons)


def reference_column(reward: Reward) -> str:
    """The column of the right answer: that of the first part with an argument `reference`, else `solution`."""
    for _, part in leaves(reward):
        column = getattr(part, "reference", None)
        if isinstance(column, str):
            return column
    return "solution"


def honest_rows(
    rows: Sequence[Rollout], column: str, template: str | None
) -> tuple[list[tuple[Rollout, Honest]], dict[str, int]]:
    """What an honest policy would write for each row, and why rows were left out."""
    left_out: dict[str, int] = {}
    references = [as_text(row.columns.get(column)) for row in rows]
    honest = []
    for at, (row, reference) in enumerate(zip(rows, references, strict=True)):
        wrong = next(
            (other for other in (*references[at + 1 :], *references[:at], "0", "1") if other not in ("", reference)), ""
        )
        if not reference:
            _count(left_out, f"no text in column {column!r}")
            continue
        question = question_of(row.prompt)
        shape = {} if template is None else {"template": template}
        honest.append((row, Honest(question, reference, wrong, thinking_for(question), **shape)))
    return honest, left_out


def as_text(reference: object) -> str:
    """A reference, or the first of several, as the text an honest policy would write; empty for NaN and the like."""
    if not isinstance(reference, (str, int, float)):
        reference = next(iter(accepted(reference) or ()), None)
    if isinstance(reference, float) and reference != reference:
        return ""
    if isinstance(reference, (str, int, float)) and not isinstance(reference, bool):
        text = str(reference).strip()
        _, marker, final = text.rpartition("####")  # GSM8K's reference: a worked solution, then its answer
        return final.strip() if marker else text
    return ""


def question_of(prompt: Text | None) -> str:
    """The last thing that was asked, as text."""
    if isinstance(prompt, str) or prompt is None:
        return prompt or ""
    contents = [message.get("content") for message in prompt if message.get("role") == "user"]
    return contents[-1] if contents and isinstance(contents[-1], str) else ""


def thinking_for(question: str) -> str:
    """Some sentences of honest English thinking about a question."""
    return (
        "I read the question carefully and write down what is given and what is asked. "
        f"{' '.join(question.split()[:40])} "
        "I start from what is known and go on one step at a time, so that each result follows from the one before. "
        "Then I put the results together, check them against the question, and state what I found."
    )


def _scores(reward: Reward, items: Sequence[tuple[Rollout, Honest, str, str]]) -> list[Score]:
    """The score of each completion; where the reward needs groups, each leads a group of honest company."""
    size = max((getattr(part, "group_size", 1) for _, part in leaves(reward)), default=1) if reward.needs.group else 1
    rollouts = []
    for at, (row, honest, text, reason) in enumerate(items):
        company = [(honest.right, "stop"), (honest.honest_wrong, "stop")] * size
        prompt = row.prompt or "" if size == 1 else f"group {at}"
        for completion, finish_reason in [(text, reason), *company][:size]:
            rollouts.append(Rollout(completion, prompt, row.columns, stand_in_ids(completion), finish_reason))
    return reward.score(rollouts)[::size]


def stand_in_ids(text: str) -> list[int]:
    """Token ids in place of a tokenizer's: equal pieces have equal ids, and there is about one a word."""
    return [zlib.crc32(piece.encode("utf-8", "replace")) % 50_000 for piece in re.findall(r"\w+|\W", text)]


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1

"""The reward for the right answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rewards.core import FailureKind, GradingFailed, Needs, Reward, Rollout, Score
from rewards.core.workers import Limits, WorkerFailedToStart
from rewards.rules.answer import accepted
from rewards.rules.maths.grading import Pair, grade
from rewards.rules.maths.reference import joined_boxes, reference_answer
from rewards.rules.maths.verdict import READINGS, Outcome, Rules, Verdict
from rewards.text import Found, How, check_how, find_answer, quoted, split

_LONGEST_BARE = 500
_SENTENCE = re.compile(
    r"\banswer|^(?:so|thus|hence|therefore|since|because|we|i|let|it|this|that|the)\b", re.IGNORECASE
)


_WORDS = re.compile(r"\$?(?:\\text\{)?(?:[A-J]|[^\W\d_][^\d=<>\\^_{}$]+)\}?\$?")


def _is_answer_alone(reply: str, reference: str) -> bool:
    """Whether a completion is nothing but an answer: a short line or a formula; a sentence where words are wanted."""
    one = "\n" not in reply or reply.startswith(("\\begin", "$", "\\[", "\\("))
    if not one or not 0 < len(reply) <= _LONGEST_BARE:
        return False
    return not _SENTENCE.search(reply) or _WORDS.fullmatch(reference) is not None


@dataclass(frozen=True, repr=False)
class boxed_accuracy(Reward):
    r"""1.0 where the answer in the reply equals the reference, else 0.0.

    The answer is looked for in the reply only: never in the prompt, never in the thinking. It is compared by type
    (number, expression, equation, interval, set, tuple, matrix, choice, time, text …), the type chosen from the
    reference; docs/rewards/boxed_accuracy.md says what is equal to what. Comparisons that may run away are made in
    worker processes under a deadline. An answer that can't be read, or that uses the deadline up where the reference
    itself does not, is wrong and scores 0.0.

    Args:
        reference: the column with the reference: text (bare, boxed, between dollars, after `####`), a number, or a list
            of those, any of which is right.
        extract: where the answer stands in the reply: `boxed`, `answer_tag`, `final_answer`, `last_number`, a template
            such as `"A: {answer}"`, or several, tried in order; see `rewards.text.extract`. With `boxed`, a completion
            that has no thinking and no box, only a short answer, is taken as the answer itself: no sentence, unless
            the reference is words.
        read: how the reference is read where its form leaves a choice: `auto`, `number`, `decimal_comma`, `list`,
            `point`, `interval`, `expression`, `choice`, `ratio`, `time` or `text`.
        strict: exact values only: no rounding, no dropped units or labels.
        timeout_s: CPU time for one comparison, in seconds.
        prefill: what the chat template writes ahead of the completion, such as `"<think>\n"`; by default the prompt
            is looked at.

    Range: [0, 1]. Needs: the column of the reference. Unscored: a reference that is absent, empty, unreadable, reads
    in two ways, or can't be graded against itself within `timeout_s` (kind `bad_reference`).

    Raises:
        ValueError: for an unknown `extract` or `read`, or a `timeout_s` not above 0.

    >>> boxed_accuracy()(completions=[r"So \boxed{\frac{1}{2}}", r"\boxed{2}", "I give up"], solution=["0.5"] * 3)
    [1.0, 0.0, 0.0]
    """

    reference: str = "solution"
    extract: How = "boxed"
    read: str = "auto"
    strict: bool = False
    timeout_s: float = 5.0
    prefill: str | None = None

    label: ClassVar[str] = "accuracy"

    def __post_init__(self) -> None:
        if not isinstance(self.extract, str):
            object.__setattr__(self, "extract", tuple(self.extract))
        check_how(self.extract)
        if self.read not in READINGS:
            raise ValueError(f"read is one of {', '.join(READINGS)}, got {self.read!r}")
        if isinstance(self.timeout_s, str) or not self.timeout_s > 0:
            raise ValueError(f"timeout_s must be above 0, got {self.timeout_s!r}")

    @property
    def own_needs(self) -> Needs:
        """The reference's column."""
        return Needs(columns=frozenset({self.reference}))

    @property
    def waits(self) -> bool:
        """It waits for workers."""
        return True

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Extract, then compare the whole batch at once."""
        scores: list[Score | None] = [None] * len(rollouts)
        pairs: list[Pair] = []
        asked: list[tuple[int, int, int]] = []  # a row, and where its pairs begin and end
        for row, rollout in enumerate(rollouts):
            try:
                expected = self._references(rollout)
            except ValueError as error:
                scores[row] = Score.fail(FailureKind.bad_reference, f"column {self.reference!r}: {error}")
                continue
            found = self._answer(rollout, expected)
            if found.answer is None:  # whether a reference can be graded does not depend on the answer
                scores[row] = Score(0.0, f"no answer: {found.problem}")
            asked.append((row, len(pairs), len(pairs) + len(expected)))
            pairs += [(one, one if found.answer is None else found.answer) for one in expected]
        limits = Limits(cpu_s=self.timeout_s, wall_s=max(60.0, 12 * self.timeout_s))
        try:
            verdicts = grade(pairs, Rules(self.read, self.strict), limits)
        except WorkerFailedToStart as error:
            raise GradingFailed(FailureKind.grader_died, str(error)) from error
        for row, start, end in asked:
            scores[row] = self._score(verdicts[start:end], scores[row])
        return [score for score in scores if score is not None]

    def _references(self, rollout: Rollout) -> list[str]:
        value = rollout.columns[self.reference]
        if isinstance(value, str):
            return [reference_answer(value)]
        listed = accepted(value)
        if not listed:
            raise ValueError(f"a reference is text, a number or a list of them, got {quoted(repr(value), 60)}")
        return [reference_answer(one) for one in listed]

    def _answer(self, rollout: Rollout, expected: Sequence[str]) -> Found:
        parts = split(rollout.completion, prompt=rollout.prompt, prefill=self.prefill)
        found = find_answer(parts.reply, self.extract)
        if found.method == "boxed" and found.answer is not None:
            several = parts.reply.count("box") != 1  # by far the commonest reply has one
            return Found(joined_boxes(parts.reply) or found.answer, "boxed") if several else found
        reply = parts.reply.strip()
        if (
            not found.method
            and parts.thinking is None
            and "boxed" in check_how(self.extract)
            and any(_is_answer_alone(reply, one) for one in expected)
        ):
            return Found(reply, "whole")
        return found

    def _score(self, verdicts: Sequence[Verdict], unread: Score | None) -> Score:
        """The score of an answer, or of none, by the verdicts against each reference."""
        for verdict in verdicts:
            if verdict.outcome is Outcome.bad_reference:
                return Score.fail(FailureKind.bad_reference, verdict.why)
        if unread is not None:
            return unread
        for verdict in verdicts:
            if verdict.outcome is Outcome.equal:
                return Score(1.0, verdict.why)
        several = f"none of {len(verdicts)} references; the first: " if len(verdicts) > 1 else ""
        return Score(0.0, several + verdicts[0].why)

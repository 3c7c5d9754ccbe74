"""Many programs, many questions, one sandbox: asked in waves, so that who has failed is asked no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rewards.code.question import Question, Rules, questions
from rewards.code.suite import Suite
from rewards.code.verdict import Result, Verdict
from sandbox import Run, Sandbox, Status
from sandbox.compiler import Compiler, Program

__all__ = ["Answered", "Asked", "examine"]

FIRST_WAVE = 1  # two at once cost a program that loops twice its time, and find nothing that one does not


@dataclass(frozen=True, slots=True)
class Asked:
    """One program and its tests."""

    suite: Suite
    language: str
    code: str | None
    rules: Rules


@dataclass(slots=True)
class Answered:
    """What came of one program.

    Args:
        results: verdicts by the place of the test; tests that were left out have none.
        isolation: "process", "proxied" or "shared".
        sandbox_failed: whether it was the sandbox that could not do its work.
    """

    results: dict[int, Result] = field(default_factory=dict)
    isolation: str = "process"
    sandbox_failed: bool = False

    @property
    def passed(self) -> int:
        """How many tests it passed."""
        return sum(result.verdict is Verdict.AC for result in self.results.values())

    @property
    def failed(self) -> bool:
        """Whether it failed one."""
        return self.passed < len(self.results)


def examine(sandbox: Sandbox, compiler: Compiler, asked: Sequence[Asked]) -> list[Answered]:
    """Run the programs, each different one once, and judge them."""
    keys = [(id(one.suite), one.language, one.code, one.rules) for one in asked]
    unique = dict(zip(keys, asked, strict=True))
    answers = dict(zip(unique, _examine(sandbox, compiler, list(unique.values())), strict=True))
    return [answers[key] for key in keys]


def _examine(sandbox: Sandbox, compiler: Compiler, asked: list[Asked]) -> list[Answered]:
    answers = [Answered() for _ in asked]
    programs = compiler.prepare([(one.language, one.code or "") for one in asked])
    waiting = [_prepare(one, program, answer) for one, program, answer in zip(asked, programs, answers, strict=True)]
    width = FIRST_WAVE
    while any(waiting):
        wave = [
            (place, waiting[place].popleft())
            for place, one in enumerate(asked)
            for _ in range(min(len(waiting[place]), width if one.rules.stop_early else len(waiting[place])))
        ]
        runs = sandbox.run([question.job for _, question in wave])
        for (place, question), run in zip(wave, runs, strict=True):
            _note(answers[place], question, run, waiting[place])
        for one, answer, left in zip(asked, answers, waiting, strict=True):
            if one.rules.stop_early and answer.failed:
                left.clear()
        width *= 2
    return answers


def _prepare(one: Asked, program: Program, answer: Answered) -> deque[Question]:
    if program.failure:
        answer.results[0] = Result(Verdict.IE, program.failure)
        answer.sandbox_failed = True
        return deque()
    if program.error:
        answer.results[0] = Result(Verdict.CE, program.error)
        return deque()
    return deque(questions(one.suite, program, one.code or "", one.rules))


def _note(answer: Answered, question: Question, run: Run, waiting: deque[Question]) -> None:
    answer.sandbox_failed |= run.status is Status.FAILED
    answer.isolation = question.isolation
    said = question.judge(run)
    if isinstance(said, Question):
        waiting.appendleft(replace(said, place=question.place))
    else:
        answer.results.update(enumerate(said, question.place))

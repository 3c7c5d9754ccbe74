"""The reward for programs: run them behind a wall, compare outside of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from weakref import WeakKeyDictionary

from rewards.code.comparison import Compare
from rewards.code.examiner import Answered, Asked, examine
from rewards.code.question import Rules, candidate_source
from rewards.code.suite import Suite, read_suite
from rewards.code.verdict import Result, Verdict
from rewards.core import FailureKind, Needs, Reward, Rollout, Score
from rewards.core.errors import GradingFailed
from rewards.text import code_blocks, language_name, last_code_block, split
from sandbox import Limits, LocalSandbox, Sandbox
from sandbox.compiler import Compiler
from sandbox.languages import language_named

__all__ = ["code_tests"]

Scoring = Literal["all", "share"]
LONGEST_WHY = 400


@dataclass(frozen=True, repr=False)
class code_tests(Reward):
    r"""The program in the reply, run against the tests of its data row behind a wall.

    value = 1 where every test passes, else 0 (`scoring="all"`); passed tests / tests (`"share"`); where the data row
    weighs its tests, the points of the groups whose tests all passed / all points, under either.

    The program is the last code block of the reply. Tests are recognised by their keys: `{"inputs", "outputs",
    "fn_name"?}` (APPS, TACO, PRIME), a list of `{"input", "output", "testtype"}` or `{"tests", "metadata"?}` around it
    (LiveCodeBench), `{"test_list", "test_setup_code"?, "test_imports"?}` or a list of asserts (MBPP), `{"test",
    "entry_point", "prompt"?}` (HumanEval), `{"pytest"}`; as such or as JSON text. Other keys are refused by name.
    Outputs and values are compared outside of the sandbox. Asserts, `check(candidate)` and pytest files run in one
    sandbox, the program in another: tests reach it through stand-ins, and it has no test in reach.

    Args:
        sandbox: the wall; by default one `LocalSandbox` that all rewards of this process share.
        tests: the column with the tests.
        language: the language of the programs; a `language` key of the tests goes before it.
        scoring: what a value is, see above.
        compare: how outputs of programs are compared, see `rewards.code.comparison.same_text`.
        tolerance: how far numbers with a point may be off, relative above 1; None compares them as text.
        checker: a Python program that judges outputs instead: called with the paths of input, output and expected
            output, it exits with 0 to accept and 1 to refuse. A data row's own `checker` key goes before it.
        reference: a column with a solution. Tests that it fails are `failed`, not paid; None trusts the tests.
        limits: what a program may use on each test, or on all asserts of a row together.
        stop_early: leave out the tests after the first that fails; by default where that cannot change the value.
        allow_shared: run tests that cannot be proxied in the program's own process, where it can forge the verdict;
            such scores say `isolation="shared"` in their data.
        prefill: what the chat template writes ahead of the completion, such as `"<think>\n"`.

    Range: [0, 1]. Needs: the column of tests, and that of the reference. Unscored: failed `bad_reference` where there
    are no tests, their form or a key is not known, they are no Python, use a name that nothing defines or import what
    is not there, the reference fails them or they cannot be proxied; failed `sandbox` where the host is dead.

    Raises:
        ValueError: for an unknown language, scoring or way to compare, or a tolerance that is not above 0.

    >>> reward = code_tests()
    >>> tests = [{"inputs": ["1 2\n"], "outputs": ["3\n"]}]
    >>> reward(completions=["```python\nprint(sum(map(int, input().split())))\n```"], tests=tests)
    [1.0]
    """

    sandbox: Sandbox | None = None
    tests: str = "tests"
    language: str = "python"
    scoring: Scoring = "all"
    compare: Compare = "tokens"
    tolerance: float | None = None
    checker: str = ""
    reference: str | None = None
    limits: Limits = field(default_factory=Limits)
    stop_early: bool | None = None
    allow_shared: bool = False
    prefill: str | None = None

    def __post_init__(self) -> None:
        language_named(self.language)
        for name, value, known in (
            ("scoring", self.scoring, ("all", "share")),
            ("compare", self.compare, ("tokens", "lines", "exact", "unordered")),
        ):
            if value not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)} (got {value!r})")
        if self.tolerance is not None and not 0 < self.tolerance < 1:
            raise ValueError(f"tolerance must be between 0 and 1 (got {self.tolerance!r}); None compares as text")

    @property
    def own_needs(self) -> Needs:
        """The columns of tests and reference."""
        return Needs(columns=frozenset({self.tests, *([self.reference] if self.reference else [])}))

    @property
    def waits(self) -> bool:
        """Programs run elsewhere."""
        return True

    def grade(self, rollouts: Sequence[Rollout], /) -> list[Score]:
        """Run every different program once, all at the same time as far as the wall has room."""
        sandbox = self.sandbox or _default_sandbox()
        scores: dict[int, Score] = {}
        asked: dict[int, Asked] = {}
        for place, rollout in enumerate(rollouts):
            try:
                asked[place] = self._ask(rollout)
            except GradingFailed as failure:
                scores[place] = Score.fail(failure.kind, failure.why)
        if self.reference:
            self._check_references(sandbox, rollouts, asked, scores)
        without = [place for place, one in asked.items() if one.code is None]
        for place in without:
            why = self._without_code(rollouts[place], asked.pop(place).language)
            scores[place] = Score(0.0, why, data={"verdicts": [], "passed": 0})
        answers = examine(sandbox, _kept(sandbox)[0], list(asked.values()))
        for place, answer in zip(asked, answers, strict=True):
            scores[place] = self._score(asked[place], answer)
        return [scores[place] for place in range(len(rollouts))]

    def _ask(self, rollout: Rollout) -> Asked:
        suite = _suite(rollout.columns[self.tests])
        language = suite.language or self.language
        return self._asked(suite, language, last_code_block(self._reply(rollout), [language]))

    def _reply(self, rollout: Rollout) -> str:
        return split(rollout.completion, prompt=rollout.prompt, prefill=self.prefill).reply

    def _without_code(self, rollout: Rollout, language: str) -> str:
        others = sorted({block.language for block in code_blocks(self._reply(rollout))})
        if not others:
            return "the reply has no code block"
        blocks = "blocks" if len(others) > 1 else "a block"
        return f"the reply has only {blocks} of {', '.join(others)}; the language is {language_name(language)}"

    def _asked(self, suite: Suite, language: str, code: str | None) -> Asked:
        early = self.stop_early if self.stop_early is not None else self.scoring == "all" and not suite.groups
        rules = Rules(self.limits, self.compare, self.tolerance, self.checker, self.allow_shared, early)
        try:
            known = language_named(language).name
        except ValueError as error:
            raise GradingFailed(FailureKind.bad_reference, f"the tests' own language: {error}") from error
        if suite.kind != "stdin" and known != "python":
            raise GradingFailed(FailureKind.bad_reference, f"tests of kind {suite.kind} need Python, not {language}")
        return Asked(suite, language, None if code is None else candidate_source(code, suite), rules)

    def _check_references(
        self, sandbox: Sandbox, rollouts: Sequence[Rollout], asked: dict[int, Asked], scores: dict[int, Score]
    ) -> None:
        """Where the reference solution fails the tests, nobody can be held to them."""
        assert self.reference is not None
        known = _kept(sandbox)[1]
        keys: dict[int, str] = {}
        unknown: dict[str, Asked] = {}
        for place, one in asked.items():
            text = str(rollouts[place].columns[self.reference])
            code = last_code_block(text, [one.language]) or text
            solution = self._asked(one.suite, one.language, code)
            keys[place] = hashlib.sha256(repr((solution, self.limits)).encode(errors="replace")).hexdigest()
            if keys[place] not in known:
                unknown[keys[place]] = solution
        answers = examine(sandbox, _kept(sandbox)[0], list(unknown.values()))
        for (key, solution), answer in zip(unknown.items(), answers, strict=True):
            passed = answer.passed == len(solution.suite.cases)
            bad = _first_bad(answer)
            broken = bad is not None and bad[1].verdict is Verdict.IE
            if not (broken and answer.sandbox_failed):
                how = "cannot be run on" if broken else "fails"
                known[key] = "" if passed else f"the reference solution {how} the tests{_told(bad)}"
        for place, key in keys.items():
            problem = known.get(key, "the reference solution could not be run")
            if problem:
                del asked[place]
                kind = FailureKind.bad_reference if key in known else FailureKind.sandbox
                scores[place] = Score.fail(kind, problem)

    def _score(self, one: Asked, answer: Answered) -> Score:
        total, passed = len(one.suite.cases), answer.passed
        results = sorted(answer.results.items())
        data = {
            "verdicts": [result.verdict.value for _, result in results],
            "passed": passed,
            "total": total,
            "isolation": answer.isolation,
        }
        bad = [(place, result) for place, result in results if result.verdict is not Verdict.AC]
        broken = next((result for _, result in bad if result.verdict is Verdict.IE), None)
        if broken is not None and self.reference and not answer.sandbox_failed:
            return Score(0.0, f"{broken.why}; the reference solution needs none of that", data=data)
        if broken is not None:
            kind = FailureKind.sandbox if answer.sandbox_failed else FailureKind.bad_reference
            return Score.fail(kind, broken.why, data=data)
        why = f"{passed} of {total} tests passed"
        return Score(self._value(one.suite, answer), f"{why}{_told(_first_bad(answer))}", data=data)

    def _value(self, suite: Suite, answer: Answered) -> float:
        good = {place for place, result in answer.results.items() if result.verdict is Verdict.AC}
        if suite.groups:
            points = sum(weight for members, weight in suite.groups if good.issuperset(members))
            return points / sum(weight for _, weight in suite.groups)
        share = len(good) / len(suite.cases)
        return share if self.scoring == "share" else float(len(good) == len(suite.cases))


def _first_bad(answer: Answered) -> tuple[int, Result] | None:
    return next((one for one in sorted(answer.results.items()) if one[1].verdict is not Verdict.AC), None)


def _told(bad: tuple[int, Result] | None) -> str:
    """A test that was not passed, in words to add to a sentence."""
    if bad is None:
        return ""
    place, result = bad
    said = " ".join(result.why.split())[:LONGEST_WHY]
    return f"; test {place + 1}: {result.verdict}{f', {said}' if said else ''}"


@lru_cache(maxsize=1)
def _default_sandbox() -> LocalSandbox:
    """One for the process: runners are warm and few."""
    return LocalSandbox()


_KEPT: WeakKeyDictionary[Sandbox, tuple[Compiler, dict[str, str]]] = WeakKeyDictionary()
_KEPT_LOCK = threading.Lock()


def _kept(sandbox: Sandbox) -> tuple[Compiler, dict[str, str]]:
    """What is remembered for a sandbox: compiled programs, and which references passed."""
    with _KEPT_LOCK:
        if sandbox not in _KEPT:
            _KEPT[sandbox] = (Compiler(sandbox), {})
        return _KEPT[sandbox]


def _suite(value: Any) -> Suite:
    """Reading tests is quick, but a group's rollouts share theirs, and some data sets' rows hold megabytes."""
    if isinstance(value, str):
        return _read(value)
    try:
        return _read(json.dumps(value))
    except (TypeError, ValueError) as error:
        raise GradingFailed(FailureKind.bad_reference, f"the tests are no plain data: {error}") from error


@lru_cache(maxsize=128)
def _read(text: str) -> Suite:
    return read_suite(text)

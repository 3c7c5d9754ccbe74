"""What to ask of one program: jobs for a sandbox, and how to read what comes back."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from rewards.code.comparison import Compare, same_text, same_value
from rewards.code.inside import typed_data
from rewards.code.luggage import inside, pytest_files, start
from rewards.code.returned import read_returned
from rewards.code.suite import Case, Suite
from rewards.code.verdict import Result, Verdict, of_run
from sandbox import PYTHON, Job, Limits, Run, Status
from sandbox.compiler import Program

__all__ = ["Question", "Rules", "candidate_source", "questions"]

# The tests wait for the candidate: they get its time and some of their own.
TESTS_WALL_S = 10.0
RESULT = "result.json"
VERDICTS = "verdicts.jsonl"
LONGEST_RESULT_MIB = 64
RESULT_KIB, RESULT_GROWTH = 64, 64


@dataclass(frozen=True, slots=True)
class Rules:
    """How a reward's programs are run and judged; see `code_tests`."""

    limits: Limits
    compare: Compare
    tolerance: float | None
    checker: str
    allow_shared: bool
    stop_early: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A job and what its run says: verdicts on tests from `place` on, or the next question to ask."""

    job: Job
    judge: Callable[[Run], list[Result] | Question]
    isolation: str = "process"
    place: int = 0


def candidate_source(code: str, suite: Suite) -> str:
    """The program to load: where the data row has a prompt to continue, with what the prompt imports and defines."""
    if not suite.prompt:
        return code
    if _defines(code, suite.entry_point):
        return f"{suite.prompt}\n    pass\n\n{code}"
    return suite.prompt + code


def _defines(code: str, name: str) -> bool:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return any(line.lstrip().startswith((f"def {name}(", f"class {name}")) for line in code.splitlines())
    return any(name in _names_made(node) for node in tree.body)


def _names_made(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def questions(suite: Suite, program: Program, code: str, rules: Rules) -> list[Question]:
    """What to ask of a program, in the order of its tests. `code` is its text, for kinds that load it as a module."""
    if suite.kind == "stdin":
        return [replace(_stdin(case, program, suite, rules), place=at) for at, case in enumerate(suite.cases)]
    if suite.kind == "function":
        return [replace(_call(case, code, suite, rules), place=at) for at, case in enumerate(suite.cases)]
    return [_proxied(suite, code, rules)]


def _stdin(case: Case, program: Program, suite: Suite, rules: Rules) -> Question:
    checker = suite.checker or rules.checker

    def judge(run: Run) -> list[Result] | Question:
        ended_badly = of_run(run)
        if ended_badly is not None:
            return [ended_badly]
        if checker:
            return _checked(case, run.stdout, checker, rules)
        difference = same_text(run.stdout, case.expected, rules.compare, rules.tolerance)
        return [Result(Verdict.WA, difference) if difference else Result(Verdict.AC)]

    return Question(program.job(case.stdin, rules.limits), judge)


def _checked(case: Case, output: bytes, checker: str, rules: Rules, *, again: bool = False) -> Question:
    """Ask the checker. One that breaks is asked about the expected output: if it likes that, the output was bad."""
    expected = str(case.expected).encode()
    files = {"checker.py": checker.encode(), "input": case.stdin, "output": output, "expected": expected}
    job = Job((PYTHON, "checker.py", "input", "output", "expected"), files, limits=rules.limits)

    def judge(run: Run) -> list[Result] | Question:
        if run.clean and again:
            return [Result(Verdict.WA, "the checker could not read the output")]
        if run.clean:
            return [Result(Verdict.AC)]
        said = (run.stdout + run.stderr).decode(errors="replace").strip()[-200:]
        if run.status is Status.EXITED and run.exit_code == 1 and b"Traceback" not in run.stderr and not again:
            return [Result(Verdict.WA, said or "the checker refuses the output")]
        if not again and run.status is not Status.FAILED:
            return _checked(case, expected, checker, rules, again=True)
        return [Result(Verdict.IE, f"the checker refuses the expected output or breaks: {run.message} {said}")]

    return Question(job, judge)


def _call(case: Case, code: str, suite: Suite, rules: Rules) -> Question:
    call = {"function": suite.function, "arguments": typed_data.encode(list(case.arguments))}
    files = {**inside("call", "solution", "typed_data"), **start("call")}
    files |= {"call.json": json.dumps(call).encode(), "solution.py": _text(code)}
    limits = replace(rules.limits, disk_mib=max(rules.limits.disk_mib, LONGEST_RESULT_MIB))
    job = Job((PYTHON, "start.py"), files, limits=limits, collect=(RESULT,))

    # What equals the expected value is about as long; the types' names and the arguments handed back add to it.
    longest = RESULT_KIB * 1024 + RESULT_GROWTH * (len(json.dumps(case.expected)) + len(files["call.json"]))

    def judge(run: Run) -> list[Result] | Question:
        return [of_run(run) or _judge_result(run.files.get(RESULT), longest, case, rules)]

    return Question(job, judge)


def _judge_result(content: bytes | None, longest: int, case: Case, rules: Rules) -> Result:
    """Everything here was written by the candidate's process, so whatever is wrong with it is the candidate's fault."""
    if content is None:
        return Result(Verdict.RE, "the program ended before its function returned")
    if len(content) > longest:
        return Result(Verdict.WA, f"returned {len(content)} bytes, expected {case.expected!r:.80}")
    try:
        result = json.loads(content)
        if "error" in result:
            kind = Verdict.CE if result["error"] in ("SyntaxError", "IndentationError", "TabError") else Verdict.RE
            return Result(kind, f"{result['error']}: {result.get('message', '')}"[:300])
        value = read_returned(result["value"])
        right = same_value(value, case.expected, rules.tolerance) or _wrapped(value, case.expected, rules)
        return (
            Result(Verdict.AC)
            if right
            else Result(Verdict.WA, f"returned {value!r:.80}, expected {case.expected!r:.80}")
        )
    except (ValueError, TypeError, KeyError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        return Result(Verdict.RE, f"the result is not readable: {type(error).__name__}")


def _wrapped(value: Any, expected: Any, rules: Rules) -> bool:
    """APPS keeps the one value that a function returns in a list of its own."""
    return isinstance(expected, list) and len(expected) == 1 and same_value(value, expected[0], rules.tolerance)


def _proxied(suite: Suite, code: str, rules: Rules) -> Question:
    """Tests in one sandbox, the candidate in another, a stream between them."""
    exam = {
        "prompt": f"{suite.prompt}\n    pass\n" if suite.prompt else "",
        "setup": suite.setup,
        "entry_point": suite.entry_point,
        "tests": [case.source for case in suite.cases],
        "stop_early": rules.stop_early,
    }
    candidate_files = {**inside("candidate", "solution", "typed_data", "link"), **start("candidate")}
    candidate_files |= {"solution.py": _text(code), "load.json": json.dumps({"prelude": False}).encode()}
    program = "asserts" if suite.kind == "asserts" else "pytests"
    files = {**inside(program, "exam_text", "remote", "typed_data", "link"), **start(program)}
    files["tests.json"] = json.dumps(exam).encode()
    if suite.kind == "pytest":
        files |= {**inside("pytest_source"), **pytest_files()}
    job = Job(
        (PYTHON, "start.py"),
        files,
        limits=replace(
            rules.limits, wall_s=rules.limits.wall_s + TESTS_WALL_S, cpu_s=rules.limits.cpu_s + TESTS_WALL_S
        ),
        collect=(VERDICTS,),
        peer=Job((PYTHON, "start.py"), candidate_files, limits=rules.limits),
    )

    def judge(run: Run) -> list[Result] | Question:
        results = _read_verdicts(run, suite, rules)
        if isinstance(results, str):
            if suite.kind != "asserts":
                return [Result(Verdict.IE, results)]
            if rules.allow_shared:
                return _shared(suite, code, rules)
            return [Result(Verdict.IE, f"{results}; allow_shared=True runs such tests in the candidate's own process")]
        return results

    return Question(job, judge, isolation="proxied")


def _read_verdicts(run: Run, suite: Suite, rules: Rules) -> list[Result] | str:
    """The verdicts, written where the candidate cannot reach; or, as text, why the tests cannot be proxied."""
    if run.status is Status.FAILED:
        return [Result(Verdict.IE, run.message)]
    results: list[Result] = []
    for line in run.files.get(VERDICTS, b"").decode(errors="replace").splitlines():
        said = json.loads(line) if line.endswith("}") else {"verdict": "gone", "why": ""}
        if said["verdict"] == "self-judged" and suite.kind != "asserts":
            said = {"verdict": "WA", "why": said["why"]}
        elif said["verdict"] == "self-judged" and not rules.allow_shared:
            said = {"verdict": "WA", "why": f"{said['why']}; allow_shared=True would let it"}
        if said["verdict"] in ("refused", "self-judged"):
            return str(said["why"])
        if said["verdict"] == "broken":
            return [*results, Result(Verdict.IE, said["why"])]
        if said["verdict"] == "gone":
            break
        results.append(Result(Verdict(said["verdict"]), said["why"]))
    stopped = rules.stop_early and bool(results) and results[-1].verdict is not Verdict.AC
    if len(results) < len(suite.cases) and not stopped:
        results.append(_end_of_candidate(run))
    return results


def _end_of_candidate(run: Run) -> Result:
    """The candidate went away, or never answered: tell how it ended."""
    if run.peer is not None:
        ended = of_run(run.peer)
        if ended is not None and ended.verdict is not Verdict.IE and run.peer.signal != 9:
            return ended
    if run.status in (Status.WALL_LIMIT, Status.CPU_LIMIT):
        return Result(Verdict.TLE, "the tests waited in vain for an answer")
    last = run.stderr.decode(errors="replace").strip().splitlines()[-1:]
    why = ": ".join(["the program ended in the middle of a test", *(line[:200] for line in last)])
    return (run.peer and of_run(run.peer)) or Result(Verdict.RE, why)


def _shared(suite: Suite, code: str, rules: Rules) -> Question:
    """Tests in the candidate's own process: what the candidate does there can forge the verdict."""
    parts = [suite.prompt and f"{suite.prompt}\n    pass", code, suite.setup, *(case.source for case in suite.cases)]
    files = {"main.py": _text("\n\n".join(part for part in parts if part) + "\n")}

    def judge(run: Run) -> list[Result] | Question:
        result = of_run(run) or Result(Verdict.AC)
        return [result] * (len(suite.cases) if result.verdict is Verdict.AC else 1)

    return Question(Job((PYTHON, "main.py"), files, limits=rules.limits), judge, isolation="shared")


def _text(code: str) -> bytes:
    return code.encode(errors="replace")

"""Test formats of the data sets people train on, recognised by their declared keys, as one kind of thing."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rewards.code.assert_list import cannot_fail, read_asserts
from rewards.core import FailureKind
from rewards.core.errors import GradingFailed

__all__ = ["Case", "Suite", "read_suite"]

FORMS = (
    '{"inputs", "outputs", "fn_name"?}, a list of {"input", "output", "testtype"?}, {"test_list"} or a list of '
    'assert statements, {"test", "entry_point", "prompt"?}, or {"pytest"}'
)
NAMED = frozenset(("fn_name", "func_name", "metadata"))
SHARED = frozenset(("language",))
GROUPED = SHARED | {"weights", "subtasks", "checker"}
KEYS = {
    "inputs": NAMED | GROUPED | {"inputs", "outputs", "testtype"},
    "tests": NAMED | GROUPED | {"tests"},
    "test_list": SHARED | {"test_list", "test_setup_code", "test_imports"},
    "test": SHARED | {"test", "entry_point", "prompt"},
    "pytest": SHARED | {"pytest"},
    "item": NAMED | {"input", "output", "testtype"},
}
"""The keys that each form of tests is read for, the form by its first key; "item" is one of the list of `tests`."""
PUBLISHED = {
    "inputs": frozenset(("question", "solutions", "starter_code", "difficulty", "problem_id", "url", "source", "type")),
    "tests": frozenset(("question_title", "question_content", "question_id", "platform", "contest_id", "contest_date",
                        "starter_code", "difficulty")),
    "test_list": frozenset(("text", "prompt", "code", "task_id", "source_file", "challenge_test_list", "test")),
    "test": frozenset(("task_id", "canonical_solution")),
    "pytest": frozenset(),
    "item": frozenset(("type",)),
}  # fmt: skip
"""What stands beside them in rows of the data sets of that form, and says nothing about what to run."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test: an input with what is expected of it, or a piece of test code.

    Args:
        stdin: for programs that read standard input.
        arguments: for functions.
        expected: the expected output, text for `stdin`, a value for `arguments`.
        source: test code, for the kinds that have it.
    """

    stdin: bytes = b""
    arguments: tuple[Any, ...] = ()
    expected: Any = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """All tests of one data row.

    Args:
        kind: "stdin", "function", "asserts" or "pytest".
        cases: the tests.
        function: the function that is called, for "function".
        entry_point: the function that `check` is given, for HumanEval's form of "asserts".
        prompt: code that the candidate was asked to continue; its helpers are the tests' as well.
        setup: code to run before the tests, on their side.
        groups: weighted subtasks: the tests of each and its weight; empty where every test weighs the same.
        checker: a Python program that judges outputs; empty where they are compared.
        language: the programs' language; empty for the reward's own.
    """

    kind: str
    cases: tuple[Case, ...]
    function: str = ""
    entry_point: str = ""
    prompt: str = ""
    setup: str = ""
    groups: tuple[tuple[tuple[int, ...], float], ...] = ()
    checker: str = ""
    language: str = ""


def bad(why: str) -> GradingFailed:
    """The tests cannot be used: the data row's fault."""
    return GradingFailed(FailureKind.bad_reference, why)


def read_suite(value: object) -> Suite:
    """The tests in a data-set column.

    Raises:
        GradingFailed: of kind `bad_reference`, where there are no tests or their form is not known.

    >>> read_suite('{"inputs": ["1 2"], "outputs": ["3"]}').kind
    'stdin'
    >>> read_suite(["assert f(1) == 2"]).kind
    'asserts'
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise bad(f"the tests are text but not JSON: {error}") from error
    if isinstance(value, Mapping):
        suite = _from_mapping(value)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        suite = _from_list(list(value), "")
    else:
        raise bad(f"the tests are a {type(value).__name__}; known forms are {FORMS}")
    if not suite.cases:
        raise bad("there are no tests")
    return suite


def _from_mapping(value: Mapping[str, Any]) -> Suite:
    value = {str(key): item for key, item in value.items() if item is not None}
    if "inputs" in value and "outputs" in value:
        _check_keys(value, "inputs")
        return _with_groups(_from_pairs(value, _function(value)), value)
    if "tests" in value:
        _check_keys(value, "tests")
        items = _json(value["tests"])
        if not isinstance(items, list):
            raise bad(f"tests must be a list or its JSON text (got a {type(items).__name__})")
        return _with_groups(_from_list(items, _function(value)), value)
    language = str(value.get("language") or "")
    if "test_list" in value:
        _check_keys(value, "test_list")
        imports = value.get("test_imports") or []
        setup = "\n".join([*([imports] if isinstance(imports, str) else map(str, imports))])
        suite = _asserts(value["test_list"], f"{setup}\n{value.get('test_setup_code') or ''}".strip())
        return replace(suite, language=language)
    if "test" in value and "entry_point" in value:
        _check_keys(value, "test")
        entry_point, prompt = str(value["entry_point"]), str(value.get("prompt") or "")
        case = Case(source=f"{_checked(str(value['test']))}\n\ncheck({entry_point})\n")
        return Suite("asserts", (case,), entry_point=entry_point, prompt=prompt, language=language)
    if "pytest" in value:
        _check_keys(value, "pytest")
        return Suite("pytest", (Case(source=_asserting(str(value["pytest"]))),), language=language)
    raise bad(f"the tests have keys {sorted(value)}; known forms are {FORMS}")


def _checked(test: str) -> str:
    """A text of tests that some program may fail; one that is no Python is the examiner's to refuse."""
    try:
        why = cannot_fail(ast.parse(_asserting(test)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        why = ""
    if why:
        raise bad(f"the test {why}")
    return test


def _asserting(test: str) -> str:
    if not any(word in test for word in ("assert", "raise", "exit")):
        raise bad("the test never asserts and never raises, so that no program fails it")
    return test


def _check_keys(value: Mapping[str, Any], form: str) -> None:
    unknown = sorted(map(str, value.keys() - KEYS[form] - PUBLISHED[form]))
    if unknown:
        what = "a test of the list has" if form == "item" else "the tests have"
        raise bad(f"{what} the key {unknown[0]!r}, which means nothing here; known are {', '.join(sorted(KEYS[form]))}")


def _function(value: Mapping[str, Any]) -> str:
    """The function that is called: named there, or in LiveCodeBench's `metadata`, as such or as JSON text."""
    metadata = value.get("metadata")
    if isinstance(metadata, str):
        metadata = _json(metadata) if metadata.strip() else None
    inner = metadata if isinstance(metadata, Mapping) else {}
    return str(value.get("fn_name") or value.get("func_name") or inner.get("func_name") or inner.get("fn_name") or "")


def _from_pairs(value: Mapping[str, Any], function: str) -> Suite:
    inputs, outputs = value["inputs"], value["outputs"]
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
        raise bad("the tests' inputs and outputs must be lists of the same length")
    pairs = zip(inputs, outputs, strict=True)
    if _functional(value.get("testtype"), bool(function)):
        if not function:
            raise bad("the tests call a function but do not name it: give 'fn_name' beside 'inputs'")
        written = "testtype" in value
        return Suite("function", tuple(_call(i, o, written) for i, o in pairs), function=function)
    return Suite("stdin", tuple(Case(stdin=_text(i).encode(), expected=_text(o)) for i, o in pairs))


def _from_list(items: list[Any], function: str) -> Suite:
    if all(isinstance(item, str) for item in items):
        return _asserts(items, "")
    cases: list[Case] = []
    kinds = set()
    for item in items:
        if not isinstance(item, Mapping) or "input" not in item or "output" not in item:
            raise bad(f"a test of the list is {str(item)[:80]!r}; it needs 'input' and 'output'")
        item = {key: value for key, value in item.items() if value is not None}
        _check_keys(item, "item")
        named = _function(item)
        functional = _functional(item.get("testtype"), bool(function or named))
        kinds.add(functional)
        if functional:
            function = function or named
            cases.append(_call(item["input"], item["output"], True))
        else:
            cases.append(Case(stdin=_text(item["input"]).encode(), expected=_text(item["output"])))
    if len(kinds) > 1:
        raise bad("tests of standard input and tests of a function are mixed in one list")
    if kinds == {True} and not function:
        raise bad("the tests call a function but do not name it: give {'tests': [...], 'fn_name': ...} or 'metadata'")
    return Suite("function" if kinds == {True} else "stdin", tuple(cases), function=function)


def _asserts(items: object, setup: str) -> Suite:
    if not isinstance(items, Sequence) or isinstance(items, str) or not all(isinstance(i, str) for i in items):
        raise bad("test_list must be a list of assert statements")
    try:
        return Suite("asserts", tuple(Case(source=source) for source in read_asserts(items)), setup=setup)
    except ValueError as error:
        raise bad(str(error)) from error


def _functional(testtype: object, named: bool) -> bool:
    if testtype not in (None, "stdin", "functional"):
        raise bad(f"testtype must be 'stdin' or 'functional' (got {testtype!r:.80})")
    return named if testtype is None else testtype == "functional"


def _with_groups(suite: Suite, value: Mapping[str, Any]) -> Suite:
    groups: list[tuple[tuple[int, ...], float]] = []
    if "weights" in value:
        weights = value["weights"]
        if not isinstance(weights, list) or len(weights) != len(suite.cases):
            raise bad(f"there are {len(suite.cases)} tests; weights must be a list of as many numbers")
        groups = [((place,), float(weight)) for place, weight in enumerate(weights)]
    for subtask in value.get("subtasks") or []:
        groups.append((tuple(int(place) for place in subtask["tests"]), float(subtask["points"])))
    places = {place for members, _ in groups for place in members}
    if groups and (not places <= set(range(len(suite.cases))) or sum(weight for _, weight in groups) <= 0):
        raise bad("subtasks must name tests by their place and have points above 0 in sum")
    checker, language = (str(value.get(key) or "") for key in ("checker", "language"))
    return replace(suite, groups=tuple(groups), checker=checker, language=language)


def _text(value: object) -> str:
    """An input or output; some data sets keep its lines as a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return json.dumps(value)


def _call(arguments: object, expected: object, written: bool) -> Case:
    """A call. Where arguments are text, or all is `written` so, both sides are JSON; else text is a value like others.

    APPS gives values, LiveCodeBench JSON text.
    """
    if written or isinstance(arguments, str):
        expected = _json(expected)
    return Case(arguments=_lines_of_json(arguments), expected=expected)


def _lines_of_json(value: object) -> tuple[Any, ...]:
    """Arguments as LiveCodeBench writes them: one JSON value a line."""
    if not isinstance(value, str):
        return tuple(value) if isinstance(value, list) else (value,)
    return tuple(_json(line) for line in value.splitlines() if line.strip())


def _json(value: object) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad(f"a function's test holds {value[:80]!r}, which is no JSON: {error}") from error

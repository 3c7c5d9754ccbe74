"""Who is to blame where tests cannot work: the data row where it is so for everybody, never by a completion's doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rewards.code import code_tests
from rewards.core import FailureKind, Rollout, Score
from sandbox import Limits, LocalSandbox

Grade = Callable[..., Score]

RIGHT = "def add(numbers):\n    return sum(numbers)"
PROMPT = "def add(numbers):\n    '''Their sum.'''\n"


def check(*lines: str, prompt: str = PROMPT, before: str = "") -> dict[str, str]:
    body = "".join(f"    {line}\n" for line in lines)
    return {"prompt": prompt, "test": f"{before}def check(candidate):\n{body}", "entry_point": "add"}


@pytest.mark.parametrize(
    ("tests", "why"),
    [
        (check("assert (candidate([1]) == 1"), "the test is no Python"),
        (check("assert candidate([1]) == 1", "assert candidat([1]) == 1"), "the name 'candidat', which nothing"),
        (check("assert all(candidat(x) for x in [[1]])"), "the name 'candidat'"),
        (check("import numpi", "assert candidate([1]) == 1"), "the tests import 'numpi'"),
        (check("assert candidate([1]) == 1", before="from numpi.linalg import norm\n"), "the tests import 'numpi'"),
        (check("pass") | {"test": "def chek(candidate): assert candidate"}, "the name 'check'"),
        (check("assert candidate([1]) == 1", prompt="def add(numbers)\n"), "the prompt is no Python"),
        (check("assert candidate([1]) == 1", prompt="1 / 0\n" + PROMPT), "the prompt fails: ZeroDivisionError"),
        ({"test_list": ["assert (add([1]) == 1"]}, "is no Python"),
        ({"test_list": ["assert add([1]) == 1"], "test_setup_code": "x = ("}, "the test is no Python"),
        ({"test_list": ["import numpi", "assert add([1]) == 1"]}, "the tests import 'numpi'"),
        ({"test_list": ["assert add([1]) == 1 and " + "(" * 5000 + "1" + ")" * 5000]}, "is no Python"),
        ({"pytest": "def test_add(:\n    assert"}, "the test is no Python"),
        ({"pytest": "from solution import add\ndef test_add():\n    assert ad([1]) == 1"}, "the name 'ad'"),
        ({"pytest": "import numpi\nfrom solution import add\ndef test_add():\n    assert add([1]) == 1"}, "'numpi'"),
        ({"pytest": "from solution import add\ndef check_add():\n    assert add([1]) == 1"}, "finds no test"),
    ],
)
def test_tests_that_nobody_can_pass_are_failed_not_paid(grade: Grade, tests: dict[str, Any], why: str) -> None:
    for settings in ({}, {"allow_shared": True}, {"scoring": "share"}):
        score = grade(RIGHT, tests, **settings)
        assert (score.value, score.kind) == (None, FailureKind.bad_reference), score
        assert why in score.why


@pytest.mark.parametrize(
    ("tests", "why"),
    [
        (["add([1]) == 9"], "compares without assert"),
        (["assert add([1]) == 1", "add([1]) == 9"], "the test 'add([1]) == 9' compares without assert"),
        (["for x in [1]:\n    add([x]) == 9"], "compares without assert"),
        (["print(add([1]))"], "only prints"),
        (["assert (add([1]) == 9, 'wrong')"], "asserts a tuple"),
        (check("candidate([1]) == 9"), "never asserts"),
        (check("candidate([1]) == 9", "assert candidate([1]) == 1"), "compares without assert"),
        (check("assert (candidate([1]) == 9, 'wrong')"), "asserts a tuple"),
        ({"pytest": "from solution import add\ndef test_add():\n    add([1]) == 9"}, "never asserts"),
    ],
)
def test_tests_that_nobody_can_fail_are_failed_not_paid(grade: Grade, tests: Any, why: str) -> None:
    for code in (RIGHT, "def add(numbers): return None"):
        score = grade(code, tests)
        assert (score.value, score.kind) == (None, FailureKind.bad_reference), score
        assert why in score.why


@pytest.mark.parametrize(
    "tests",
    [
        ["assert add([1]), ('a', 'tuple')"],
        ["'''Adds.'''\nassert add([1]) == 1"],
        ["print(add([1]))\nassert add([1]) == 1"],
        ["try:\n    add([1]) < 2\nexcept TypeError:\n    raise AssertionError"],
        ["def holds(f):\n    assert f([1]) == 1", "holds(add)"],
        ["if add([1]) != 1: raise ValueError"],
    ],
)
def test_tests_that_may_fail_are_run(grade: Grade, tests: Any) -> None:
    assert grade(RIGHT, tests).value == 1.0
    assert grade("def add(numbers): return None", tests).value == 0.0


FORGED = """
class Forged(NameError):
    name = 'candidat'
    def __init__(self, *_): self.name = 'candidat'
class FixtureLookupError(Exception): pass
class BrokenTests(Exception): pass
"""


@pytest.mark.parametrize(
    "code",
    [
        "def plus(numbers): return sum(numbers)",
        "def add(numbers): return sum(numbers)\ndel add",
        "def add(numbers): raise NameError(\"name 'candidat' is not defined\", name='candidat')",
        "def add(numbers): return candidat(numbers)",
        "def add(numbers): raise SyntaxError('the test is no Python')",
        "def add(numbers): import numpi",
        "import numpi",
        "def add(numbers",
        "add = 5",
        "raise NameError(name='candidate')",
        "import builtins\ndel builtins.len\ndef add(numbers): return len(numbers)",
        f"{FORGED}def add(numbers): raise Forged()",
        f"{FORGED}def add(numbers): raise FixtureLookupError()",
        f"{FORGED}def add(numbers): raise BrokenTests('the tests')",
        "def add(numbers): raise AssertionError",
    ],
)
@pytest.mark.parametrize(
    "tests",
    [
        check("assert candidate([1]) == 1", before="import math\n"),
        {"test_list": ["import math", "assert add([1]) == 1"]},
        {"test_list": ["assert x == 1"], "test_setup_code": "x = add([1])"},
        {"pytest": "import math\nfrom solution import add\n\ndef test_add():\n    assert add([1]) == 1"},
    ],
    ids=["check", "asserts", "setup", "pytest"],
)
def test_no_completion_makes_working_tests_look_broken(grade: Grade, code: str, tests: dict[str, Any]) -> None:
    score = grade(code, tests)
    assert score.value == 0.0, score
    assert score.data["verdicts"][0] in ("WA", "RE")


def test_names_are_sought_where_python_seeks_them(grade: Grade) -> None:
    """An argument of a helper that is called like the candidate's function is no definition of that."""
    tests = {"test_list": ["assert same(add, [1])", "assert [add for add in [add([2])]] == [2]"]}
    helper = {"test_setup_code": "def same(add, x): return add(x) == 1"}
    assert grade(RIGHT, tests | helper).value == 1.0
    assert grade("def add(numbers): return 1", tests | helper).value == 0.0


SHARE = {"scoring": "share"}


@pytest.mark.parametrize(
    ("tests", "right", "wrong"),
    [
        (["import math", "assert add([math.inf]) == math.inf"], 1.0, 0.0),
        (["x = [1, 2]", "assert add(x) == 3", "x = [4]", "assert add(x) == 4", "assert x == [4]"], 1.0, 1 / 3),
        (["def near(a, b):\n    assert abs(a - b) < 1", "assert near(add([1]), 1) is None"], 1.0, 0.0),
        (["def near(a, b):\n    assert abs(a - b) < 1", "near(add([1]), 1)", "near(add([0]), 0)"], 1.0, 0.0),
        (["x = [1]", "x.append(2)", "assert add(x) == 3"], 1.0, 0.0),
    ],
)
def test_entries_that_only_prepare_are_no_tests(grade: Grade, tests: list[str], right: float, wrong: float) -> None:
    """The wrong program gives 9; of the second list it passes `x == [4]`, one of three."""
    assert grade(RIGHT, tests, **SHARE).value == pytest.approx(right)
    assert grade("def add(numbers): return 9", tests, **SHARE).value == pytest.approx(wrong)


def test_a_list_that_only_prepares_has_no_tests(grade: Grade) -> None:
    assert "there are no tests" in grade(RIGHT, ["import math", "x = 1", "def f(): assert x"]).why


def test_imports_and_setup_of_mbpp_run_before_the_asserts(grade: Grade) -> None:
    row = {
        "source_file": "x", "task_id": 1, "prompt": "Add.", "code": RIGHT, "challenge_test_list": [],
        "test_imports": ["import math"], "test_setup_code": "numbers = [math.inf]",
        "test_list": ["assert add(numbers) == math.inf"],
    }  # fmt: skip
    assert grade(RIGHT, row).value == 1.0
    assert grade("def add(numbers): return 1", row).value == 0.0


@pytest.mark.parametrize(
    ("tests", "key"),
    [
        ({"inputs": ["1"], "outputs": ["1"], "wieghts": [1]}, "wieghts"),
        ({"test_list": ["assert add([1]) == 1"], "test_setup": "x = 1"}, "test_setup"),
        (check("pass") | {"setup": "x"}, "setup"),
        ({"pytest": "def test(): pass", "conftest": ""}, "conftest"),
        ([{"input": "1", "output": "1", "weight": 2}], "weight"),
    ],
)
def test_a_key_that_means_nothing_is_refused_by_name(grade: Grade, tests: object, key: str) -> None:
    score = grade(RIGHT, tests)
    assert score.kind is FailureKind.bad_reference
    assert f"has the key {key!r}" in score.why.replace("have the", "has the")
    assert "known are" in score.why


def test_keys_without_a_value_are_not_there(grade: Grade) -> None:
    """Data sets of one schema fill what a row lacks with None."""
    tests = {"inputs": None, "outputs": None, "test_list": ["assert add([1]) == 1"], "pytest": None}
    assert grade(RIGHT, tests).value == 1.0


ADD2 = "def add(a, b):\n    return a + b"
NAMED = '{"func_name": "add"}'


@pytest.mark.parametrize(
    "tests",
    [
        {"fn_name": "add", "inputs": ["1\n2"], "outputs": ["3"], "testtype": "functional"},
        {"fn_name": "add", "inputs": ["1\n2"], "outputs": ["3"]},
        {"fn_name": "add", "inputs": [[1, 2]], "outputs": ["3"], "testtype": "functional"},
        {"fn_name": "add", "inputs": [[1, 2]], "outputs": [3]},
        {"metadata": NAMED, "inputs": ["1\n2"], "outputs": ["3"], "testtype": "functional"},
        {"tests": [{"input": "1\n2", "output": "3", "testtype": "functional"}], "metadata": NAMED},
        {"tests": '[{"input": "1\\n2", "output": "3", "testtype": "functional"}]', "metadata": NAMED},
        [{"input": "1\n2", "output": "3", "testtype": "functional", "metadata": {"func_name": "add"}}],
    ],
)
def test_calls_are_read_alike_on_both_sides(grade: Grade, tests: object) -> None:
    assert grade(ADD2, tests).value == 1.0, grade(ADD2, tests)
    assert grade("def add(a, b): return '3'", tests).value == 0.0


def test_text_among_values_stays_text(grade: Grade) -> None:
    tests = {"fn_name": "same", "inputs": [["3"]], "outputs": ["3"]}
    assert grade("def same(x): return x", tests).value == 1.0
    assert grade("def same(x): return 3", tests).value == 0.0


def test_what_stands_in_for_the_code_is_named(sandbox: LocalSandbox) -> None:
    tests = {"inputs": ["1"], "outputs": ["1"]}
    replies = ["```cpp\nint main(){}\n```", "```C++\nx\n```\n```json\n{}\n```", "none"]
    scores = code_tests(sandbox).score([Rollout(reply, columns={"tests": tests}) for reply in replies])
    assert [score.why for score in scores] == [
        "the reply has only a block of cpp; the language is python",
        "the reply has only blocks of cpp, json; the language is python",
        "the reply has no code block",
    ]
    assert [score.value for score in scores] == [0.0] * 3


@pytest.mark.parametrize("tests", [{"inputs": ["1"], "outputs": ["1"]}, {"test_list": ["assert add([1]) == 1"]}])
def test_a_language_of_the_tests_that_nobody_knows_fails_its_row_alone(
    sandbox: LocalSandbox, tests: dict[str, object]
) -> None:
    rows = [tests | {"language": "klingon"}, {"test_list": ["assert add([1]) == 1"]}]
    scores = code_tests(sandbox).score([Rollout(f"```python\n{RIGHT}\n```", columns={"tests": row}) for row in rows])
    assert [score.value for score in scores] == [None, 1.0]
    assert scores[0].kind is FailureKind.bad_reference
    assert "klingon" in scores[0].why


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ({"test_list": ["assert add([3, 4]) == 7"]}, "AssertionError in `assert add([3, 4]) == 7`, got 3"),
        ({"test_list": ["assert 7 == add([3, 4])"]}, "AssertionError in `assert 7 == add([3, 4])`, got 3"),
        ({"test_list": ["assert not add([3, 4])"]}, "AssertionError in `assert not add([3, 4])`"),
        (check("x = 1", "assert candidate([1]) == 2, 'sum'"), "sum in `assert candidate([1]) == 2, 'sum'`, got 3"),
        (check("assert candidate([1])[0] == 2"), "TypeError: 'int' object is not subscriptable in `assert candidate"),
        (
            {"pytest": "import pytest\nfrom solution import add\n\n@pytest.mark.parametrize('x', [3, 4])\n"
                       "def test_add(x):\n    assert add([x]) == x"},
            "test_add[4]: AssertionError: assert 3 == 4",
        ),
    ],
)  # fmt: skip
def test_which_assert_failed_is_told(grade: Grade, tests: object, said: str) -> None:
    score = grade("def add(numbers): return 3", tests)
    assert score.value == 0.0
    assert said in score.why


def test_telling_what_was_got_asks_the_candidate_nothing(grade: Grade) -> None:
    code = "class Odd:\n    def __repr__(self):\n        while True: pass\ndef add(numbers): return [Odd()]"
    score = grade(code, {"test_list": ["assert add([1]) == 1"]})
    assert score.data["verdicts"] == ["WA"]
    assert score.why.endswith("got [an object]")


def test_what_a_reference_fails_is_said_in_words(sandbox: LocalSandbox) -> None:
    tests = [{"test_list": ["assert add([1]) == 2"]}, check("assert candidat([1]) == 1")]
    reward = code_tests(sandbox, reference="solution")
    columns = [{"tests": one, "solution": RIGHT} for one in tests]
    scores = reward.score([Rollout(f"```python\n{RIGHT}\n```", columns=one) for one in columns])
    assert [score.kind for score in scores] == [FailureKind.bad_reference] * 2
    assert scores[0].why == (
        "the reference solution fails the tests; test 1: WA, AssertionError in `assert add([1]) == 2`, got 1"
    )
    assert "cannot be run on the tests" in scores[1].why
    assert "'candidat'" in scores[1].why


def test_a_program_that_loops_is_run_on_one_test(grade: Grade) -> None:
    tests = {"inputs": ["1"] * 4, "outputs": ["1"] * 4}
    score = grade("while True: pass", tests, limits=Limits(cpu_s=0.5, wall_s=3))
    assert score.data["verdicts"] == ["TLE"]

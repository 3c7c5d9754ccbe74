"""Pytest files: star imports, and what tests and program do not share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rewards.code.inside.pytest_source import shared_fixtures, wanted_by_star
from rewards.core import FailureKind, Score

ADD = "def add(a, b):\n    return a + b\n"
STARRED = "from solution import *\n\ndef test_it():\n    assert add(1, 2) == 3\n"


@pytest.mark.parametrize(
    ("code", "value", "why"),
    [
        (ADD, 1.0, "1 of 1"),
        (f"__all__ = ['other']\n{ADD}", 1.0, "1 of 1"),
        ("def add(a, b):\n    return 4", 0.0, "WA"),
        ("def plus(a, b):\n    return 3", 0.0, "RE, test_it: NameError: name 'add' is not defined"),
        ("1 / 0", 0.0, "RE, ZeroDivisionError"),
    ],
)
def test_a_star_import_brings_the_names_that_the_file_uses(
    grade: Callable[..., Score], code: str, value: float, why: str
) -> None:
    score = grade(code, {"pytest": STARRED})
    assert score.value == value
    assert why in score.why


def test_a_star_import_never_brings_a_builtin(grade: Callable[..., Score]) -> None:
    forged = "def add(a, b):\n    return 4\n\ndef sorted(values):\n    return [3]\n"
    tests = STARRED.replace("add(1, 2) == 3", "sorted([add(1, 2)]) == [3]")
    assert grade(forged, {"pytest": tests}).value == 0.0


@pytest.mark.parametrize("fixture", ["capsys", "monkeypatch", "tmp_path"])
@pytest.mark.parametrize("allow_shared", [False, True])
def test_tests_of_what_is_not_shared_are_the_rows_fault(
    grade: Callable[..., Score], fixture: str, allow_shared: bool
) -> None:
    tests = f"from solution import add\n\ndef test_it({fixture}):\n    assert add(1, 2) == 3\n"
    score = grade(ADD, {"pytest": tests}, allow_shared=allow_shared)
    assert score.kind is FailureKind.bad_reference
    assert f"take {fixture}" in score.why
    assert "allow_shared" not in score.why  # it would not help


def test_which_names_and_fixtures_a_file_has() -> None:
    source = "import math\nfrom x import y as z\nlimit = 3\ndef test_a(tmp_path, n=k):\n    assert f(math.pi, z, limit, len([])) == _g\n"
    assert wanted_by_star(source) == ["f", "k"]
    assert shared_fixtures(source) == ["tmp_path"]


@pytest.mark.parametrize("code", ["pass", "class Solution:\n    pass", "def gd(a, b):\n    return 6"])
def test_a_name_that_sites_import_is_no_function_of_the_programs(grade: Callable[..., Score], code: str) -> None:
    score = grade(code, {"inputs": [[12, 18]], "outputs": [6], "fn_name": "gcd"})
    assert score.value == 0.0
    assert "the program defines no 'gcd'" in score.why


@pytest.mark.parametrize(
    "code",
    ["from math import gcd", "class Solution:\n    def gcd(self, a: int, b: Optional[int]):\n        return gcd(a, b)"],
)
def test_a_program_may_use_what_sites_import_or_import_it_by_itself(grade: Callable[..., Score], code: str) -> None:
    assert grade(code, {"inputs": [[12, 18]], "outputs": [6], "fn_name": "gcd"}).value == 1.0

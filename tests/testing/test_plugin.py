"""The pytest plugin, run by a pytest of its own on case files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GOOD = r"""
reward = "made:reward"

[[case]]
name = "right"
completion = "<think>\nTwo and two make four.\n</think>\n\n\\boxed{4}"
columns = { solution = "4" }
value = 1
"""

MODULE = "from rewards import boxed_accuracy\nreward = boxed_accuracy()\n"


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and output of pytest in a folder."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir=.", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made.py").write_text(MODULE)
    return tmp_path


def test_cases_that_hold_pass(folder: Path) -> None:
    (folder / "maths.rewards.toml").write_text(GOOD)
    status, output = run(folder, "-v")
    assert status == 0, output
    assert "maths.rewards.toml::right PASSED" in output


def test_a_case_that_fails_prints_the_explanation_and_no_traceback(folder: Path) -> None:
    wrong = GOOD.replace("value = 1", "value = 0")
    (folder / "maths.rewards.toml").write_text(wrong)
    status, output = run(folder)
    assert status == 1, output
    assert "right: value is 1, expected 0" in output
    assert "1 = accuracy: '4' read as number" in output
    assert "Traceback" not in output


def test_a_column_that_no_case_has_is_said_without_a_traceback(folder: Path) -> None:
    table = '[[part]]\nuse = "boxed_accuracy"\nreference = "answer"\n'
    (folder / "maths.rewards.toml").write_text(table + GOOD.replace('reward = "made:reward"\n', ""))
    status, output = run(folder)
    assert status == 1, output
    assert "maths.rewards.toml can't be scored: accuracy needs column 'answer'" in output
    assert "_pytest" not in output


def test_a_reward_may_stand_in_the_file_or_in_a_config_beside_it(folder: Path) -> None:
    tables = '[[part]]\nuse = "boxed_accuracy"\nweight = 2.0\n'
    cases = GOOD.replace('reward = "made:reward"\n', "").replace("value = 1", "value = 2")
    (folder / "inline.rewards.toml").write_text(tables + cases)
    (folder / "reward.toml").write_text(tables)
    (folder / "beside.rewards.toml").write_text('reward = "reward.toml"\n' + cases)
    status, output = run(folder, "-v")
    assert status == 0, output
    assert "2 passed" in output


@pytest.mark.parametrize("where", [".", "elsewhere"])
def test_modules_beside_the_file_or_in_the_folder_of_the_call_are_found(folder: Path, where: str) -> None:
    """`pytest FILE` alone puts neither on the path, unlike `python -m pytest`."""
    (folder / "elsewhere").mkdir()
    (folder / where / "maths.rewards.toml").write_text(GOOD)
    (folder / "beside").mkdir()
    (folder / "beside" / "theirs.py").write_text(MODULE)
    (folder / "beside" / "theirs.rewards.toml").write_text(GOOD.replace("made:", "theirs:"))
    code = "import sys; sys.path.remove(''); import pytest; sys.exit(pytest.main(['-p', 'no:cacheprovider', '-q']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reward = 3", "has no cases"),
        ("not toml", "can't be read as TOML"),
        ('reward = "made:reward"\n[[case]]\ncompletion = "a"', "case 1 asks nothing"),
        ('reward = "made:nothing"\n[[case]]\ncompletion = "a"', "made has no 'nothing'"),
        ('reward = "made:reward"\n[[case]]\ncompletion = "a"\nvaleu = 1', "a case has no field 'valeu'"),
        ('reward = "made:reward"\nname = "x"\n[[case]]\ncompletion = "a"', "it can't hold 'name' besides"),
        (
            'reward = "made:reward"\n[[case]]\nname = "low"\ncompletion = "a"\nat_least = "0.5"',
            "bad.rewards.toml, case 1: low: at_least is a finite number, got '0.5'",
        ),
        ('reward = "absent.toml"\n[[case]]\ncompletion = "a"', "can't be read"),
    ],
)
def test_a_case_file_that_makes_no_sense_is_an_error_of_that_file(folder: Path, text: str, message: str) -> None:
    (folder / "bad.rewards.toml").write_text(text)
    (folder / "good.rewards.toml").write_text(GOOD)
    status, output = run(folder, "--continue-on-collection-errors")
    assert status == 1, output
    assert message in output
    assert "1 passed, 1 error" in output

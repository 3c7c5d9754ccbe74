"""`python -m sandbox` says what works here, and runs one program."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox.cli import main


def test_the_doctor_names_each_wall_its_cost_and_the_languages(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor"])
    said = capsys.readouterr().out
    assert code in (0, 1)
    for word in ("namespaces", "landlock", "bare subprocess", "languages: python", "limits:"):
        assert word in said


def test_run_hands_through_streams_and_exit_code(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program, stdin = tmp_path / "p.py", tmp_path / "in"
    program.write_text("import sys; print(open(0).read().upper()); sys.exit(5)")
    stdin.write_text("abc")
    assert main(["run", str(program), "--stdin", str(stdin)]) == 5
    said = capfd.readouterr()
    assert said.out == "ABC\n"
    assert "exit code 5" in said.err


def test_run_says_which_limit_was_hit(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "p.py"
    program.write_text("while True: pass")
    assert main(["run", str(program), "--cpu-s", "0.5"]) == 1
    assert "cpu limit (used more than cpu_s=0.5 allows" in capfd.readouterr().err


def test_run_shows_what_the_compiler_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "p.c"
    program.write_text("int main( {")
    assert main(["run", str(program)]) == 1
    expected = "does not compile" if shutil.which("gcc") else "no c program runs here"
    assert expected in capfd.readouterr().err


def test_run_asks_for_a_language_it_cannot_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "p.xyz"
    program.write_text("")
    assert main(["run", str(program)]) == 2
    assert "say --language" in capsys.readouterr().err

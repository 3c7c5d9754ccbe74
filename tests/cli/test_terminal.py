"""The command at a terminal: the bar, Ctrl-C, pagers that go away."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rewards.cli.batches import FEWEST, MOST, Pace
from rewards.cli.progress import Steps

from .conftest import ROOT, Folder

Shell = Callable[..., subprocess.CompletedProcess[bytes]]


def at_a_terminal(*arguments: object, columns: int = 100) -> tuple[int, str]:
    """The status of a run whose output is a terminal, and what was drawn there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "rewards", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env=environment,
    )
    os.close(theirs)
    drawn = b""
    try:
        while piece := os.read(ours, 65536):
            drawn += piece
    except OSError:  # the other end is closed: the run is over
        pass
    os.close(ours)
    return process.wait(timeout=60), drawn.decode()


def test_the_bar_shows_rows_rate_time_left_and_what_is_unscored(folder: Folder) -> None:
    """The last frame has them all, in the table's words; then the bar is wiped away for the table."""
    rows = [{"completion": "a", "solution": "bad" if i % 10 == 0 else "a"} for i in range(3000)]
    given = folder.jsonl(rows)
    with (folder / "in.jsonl").open("a") as file:
        file.write("{broken\n")
    status, drawn = at_a_terminal("score", given, "-c", folder.config("same"))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn)
    assert status == 1
    assert re.search(r"100%.{0,40}3,000 rows +[\d,]+/s.{0,40}300 unscored, 1 kept out.{0,40}0 ms left", plain)
    assert drawn.index("left") < drawn.index("bad_reference")
    assert "\x1b[2K" in drawn


def test_a_run_of_few_long_steps_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where standard error is no terminal: a line every ten seconds, none in a short run."""
    now = iter([0.0, 1.0, 11.0, 15.0, 75.0])  # made, then four steps
    monkeypatch.setattr("rewards.cli.progress.time.monotonic", lambda: next(now))
    with Steps("hacks tried") as steps:
        for done in (1, 2, 3, 4):
            steps.advance(done, 60)
    assert capsys.readouterr().err.splitlines() == ["2 of 60 hacks tried, 11.0 s", "4 of 60 hacks tried, 1 min 15 s"]


def test_a_quiet_run_draws_nothing(folder: Folder) -> None:
    """-q, at a terminal too."""
    assert at_a_terminal("score", folder.jsonl([{"completion": "a"}]), "-c", folder.config("short"), "-q") == (0, "")


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(folder: Folder, shell: Shell) -> None:
    """A real SIGINT in the middle of a batch: one line, no traceback, and nothing is lost."""
    config = folder.config("interrupting")
    given = folder.jsonl({"completion": "stop" if i == 700 else "x", "n": i} for i in range(1000))
    arguments = ("score", given, "-c", config, "--batch-rows", 50, "-o", folder / "out.jsonl")
    stopped = shell(*arguments, KILL_MARKER=str(folder / "marker"))
    assert stopped.returncode == 130
    assert stopped.stderr.decode().splitlines() == ["interrupted; run the same command again to go on"]
    again = shell(*arguments, KILL_MARKER=str(folder / "marker"))
    assert again.returncode == 0
    assert b"going on after 700 rows" in again.stderr
    assert [row["n"] for row in folder.rows()] == list(range(1000))


@pytest.mark.parametrize(
    ("arguments", "stop"),
    [
        (("score", "IN", "-c", "CONFIG"), 9),
        (("score", "IN", "-c", "CONFIG", "-o", "-"), 9),
        (("score", "IN", "-c", "CONFIG", "-o", "OUT"), 0),  # in the first batch: nothing is done yet
        (("prefer", "IN", "-c", "CONFIG", "-o", "OUT"), 9),
        (("lint", "IN", "-c", "CONFIG", "--reference", "n"), 0),
    ],
)
def test_ctrl_c_promises_nothing_where_nothing_goes_on(
    folder: Folder, shell: Shell, arguments: tuple[str, ...], stop: int
) -> None:
    """No journal, no "run the same command again to go on"."""
    rows = [{"prompt": "q", "completion": "stop" if at == stop else "x", "n": "stop"} for at in range(10)]
    files = {"IN": folder.jsonl(rows), "CONFIG": folder.config("interrupting"), "OUT": str(folder / "out.jsonl")}
    given = [files.get(word, word) for word in arguments]
    given += ["--batch-rows", "4"] if arguments[0] == "score" else []
    done = shell(*given, KILL_MARKER=str(folder / "marker"))
    assert (done.returncode, done.stderr) == (130, b"interrupted\n")


def test_a_pager_that_goes_away_is_no_error() -> None:
    """`rewards list | head -1` prints a line and no traceback."""
    line = f"{sys.executable} -m rewards list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in ("0", "141")  # 0 where the pipe held it all


COMMANDS = [
    # what is asked, what of it stands in the output of a stream without our signs
    (("list",), "0 ~ 1"),
    (("list", "boxed_accuracy"), "[0, 1]"),
    (("explain", "IN", "-c", "CONFIG", "--row", "1"), "`- short"),
    (("score", "IN", "-c", "CONFIG"), "0.5 x short"),
    (("check", "CONFIG"), "+ TRL"),
    (("judge-eval", "--help"), "--k K,K,~"),
]


def of(folder: Folder, asked: tuple[str, ...]) -> list[str]:
    """The arguments, with files in the place of their names."""
    files = {"IN": folder.jsonl([{"completion": "wörd … ✓", "solution": "a"}]), "CONFIG": ""}
    files["CONFIG"] = folder.config("same", "short", short=0.5)
    return [files.get(word, word) for word in asked]


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
@pytest.mark.parametrize(("asked", "shown"), COMMANDS)
def test_a_stream_without_our_signs_shows_others(
    folder: Folder, shell: Shell, asked: tuple[str, ...], shown: str, encoding: str
) -> None:
    """Nothing is lost: right and refused are still told apart."""
    done = shell(*of(folder, asked), PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    drawn = " ".join(done.stdout.decode(encoding).replace("×", "x").split())
    assert shown in drawn


@pytest.mark.parametrize(
    "asked",
    [asked for asked, _ in COMMANDS] + [("score", "IN", "-c", "CONFIG", "-o", "-"), ("filter", "IN", "-o", "-")],
)
def test_a_full_disk_behind_standard_output_is_no_bug(folder: Folder, asked: tuple[str, ...]) -> None:
    """One line, status 2, and no complaint of Python's behind it."""
    given = of(folder, asked)
    if asked[0] == "filter":
        given[1] = folder.jsonl([{"prompt": "q", "completion": "<think>so</think>\\boxed{4}", "solution": "4"}])
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "rewards", *given],
            stdout=full, stderr=subprocess.PIPE, cwd=ROOT, env=environment, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "rewards: standard output can't be written: No space left on device"
    assert "Exception ignored" not in done.stderr


def test_no_columns_are_eighty(folder: Folder, shell: Shell) -> None:
    """COLUMNS=0, as some schedulers set it, says that nothing is known; nothing at all was printed."""
    assert b"same+short" in shell(*of(folder, ("score", "IN", "-c", "CONFIG")), COLUMNS="0").stdout
    assert shell("list", COLUMNS="0").stdout == shell("list", COLUMNS="80").stdout


def test_messages_that_nobody_can_read_cost_no_run(folder: Folder) -> None:
    """Standard error on a full disk: the rows are written all the same."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "rewards", *of(folder, ("score", "IN", "-c", "CONFIG", "-o", "-", "-q"))],
            stdout=subprocess.PIPE, stderr=full, cwd=ROOT, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout.count(b"\n")) == (0, 1)


def test_the_module_and_the_command_are_one(shell: Shell) -> None:
    """`python -m rewards` runs what `rewards` runs."""
    assert shell("--version").stdout.startswith(b"rewards ")
    assert 'rewards = "rewards.cli.main:main"' in (Path(ROOT) / "pyproject.toml").read_text()


def test_a_slow_judge_is_asked_for_fewer_rows_at_a_time() -> None:
    """Batches halve above four seconds, double below one, and stay within 64 and 4,096."""
    pace = Pace()
    for _ in range(10):
        pace.took(0.1)
    assert pace.rows == MOST
    pace.took(2.0)
    assert pace.rows == MOST
    for _ in range(10):
        pace.took(30.0)
    assert pace.rows == FEWEST
    fixed = Pace(7, fixed=True)
    fixed.took(0.0)
    assert fixed.rows == 7

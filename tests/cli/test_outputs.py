"""What the commands write, and what they leave alone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Done, Folder

ROLLOUTS = [
    {"prompt": "p", "completion": text, "solution": "aa", "score": score}
    for text, score in (("aa", 1.0), ("b", 0.1), ("ccc", 0.5))
]
PAIRS = [{"prompt": f"q{at}", "chosen": "a", "rejected": "longer"} for at in range(3)]
WRITERS = ["prefer", "filter", "judge-eval", "score"]


def arguments(folder: Folder, name: str) -> list[Any]:
    """A command that writes, up to its -o."""
    if name == "judge-eval":
        return [name, folder.jsonl(PAIRS), "-c", folder.config("short")]
    given = folder.jsonl(ROLLOUTS)
    if name == "score":
        return [name, given, "-c", folder.config("short"), "--as", "again"]
    return [name, given, "--score", "score", *(["--without-thinking", "--at-least", "1"] if name == "filter" else [])]


def ending(name: str) -> str:
    return ".json" if name == "judge-eval" else ".jsonl"


@pytest.mark.parametrize("name", WRITERS)
def test_no_command_writes_over_its_own_input(folder: Folder, command: Callable[..., Done], name: str) -> None:
    """Neither by its name nor by a link to it, --restart or not."""
    asked = arguments(folder, name)
    given = Path(asked[1])
    before = given.read_bytes()
    link = folder / f"link{ending(name)}"
    link.symlink_to(given)
    for out in (given, link):
        for restart in ([], ["--restart"]):
            done = command(*asked, "-o", out, *restart)
            assert (done.status, done.err.count("\n"), "is the input too" in done.err) == (2, 1, True), done.err
    assert given.read_bytes() == before


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_there_goes_only_when_told(folder: Folder, command: Callable[..., Done], name: str) -> None:
    """Status 2 and the remedy; with --restart it is replaced."""
    asked, out = arguments(folder, name), folder / f"out{ending(name)}"
    out.write_text("kept")
    done = command(*asked, "-o", out)
    assert (done.status, "exists; choose another name, or replace it: --restart" in done.err) == (2, True), done.err
    assert out.read_text() == "kept"
    assert command(*asked, "-o", out, "--restart").status == 0
    assert "kept" not in out.read_text()


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("x.txt", ".txt is not written"),
        ("x", "without a suffix"),
        ("x.csv", ".csv is not written"),
        ("x.gz", "name it"),
    ],
)
def test_a_name_that_asks_for_no_form_is_refused(
    folder: Folder, command: Callable[..., Done], name: str, out: str, said: str
) -> None:
    """Nothing is scored, nothing is left behind, and the names that would do are told."""
    asked = arguments(folder, name)
    before = set(folder.path.iterdir())
    done = command(*asked, "-o", folder / out)
    assert (done.status, said in done.err, ending(name) in done.err) == (2, True, True), done.err
    assert set(folder.path.iterdir()) == before


@pytest.mark.parametrize(("name", "first"), [("prefer", "chosen"), ("filter", "completion")])
def test_prefer_and_filter_write_the_form_that_the_name_asks_for(
    folder: Folder, command: Callable[..., Done], name: str, first: str
) -> None:
    """Real parquet, real gzip, and lines to a pipe: the same rows in each."""
    pq = pytest.importorskip("pyarrow.parquet")
    asked = arguments(folder, name)
    for suffix in (".jsonl", ".jsonl.gz", ".parquet"):
        assert command(*asked, "-o", folder / f"out{suffix}").status == 0
    rows = folder.rows()
    assert rows[0][first] == "aa"
    packed = gzip.decompress((folder / "out.jsonl.gz").read_bytes())
    assert [json.loads(line) for line in packed.splitlines()] == rows
    assert pq.read_table(folder / "out.parquet").to_pylist() == rows


@pytest.mark.parametrize("name", ["prefer", "filter"])
def test_prefer_and_filter_write_to_a_pipe_and_a_device(
    folder: Folder, shell: Callable[..., Any], command: Callable[..., Done], name: str
) -> None:
    """Standard output is data alone, and a device stays a device."""
    asked = arguments(folder, name)
    command(*asked, "-o", folder / "out.jsonl")
    assert shell(*asked, "-o", "-").stdout == (folder / "out.jsonl").read_bytes()
    assert command(*asked, "-o", "/dev/null").status == 0
    assert Path("/dev/null").is_char_device()


def test_judge_eval_writes_json_to_a_pipe_and_says_the_rest_elsewhere(
    folder: Folder, shell: Callable[..., Any]
) -> None:
    done = shell(*arguments(folder, "judge-eval"), "-o", "-")
    assert json.loads(done.stdout)["items"] == 3
    assert b"3 items" in done.stderr


def test_judge_eval_draws_over_nothing_that_is_there(folder: Folder, command: Callable[..., Done]) -> None:
    """--plot is held to the same, and its forms are named, before the judge is asked."""
    asked = arguments(folder, "judge-eval")
    (folder / "curve.png").write_text("kept")
    assert command(*asked, "--plot", folder / "curve.png").status == 2
    assert (folder / "curve.png").read_text() == "kept"
    done = command(*asked, "--plot", folder / "curve.jpeg2")
    assert (done.status, ".png, .svg or .pdf" in done.err) == (2, True)
    assert command(*asked, "--plot", folder / "curve.svg").status == 0
    assert (folder / "curve.svg").read_bytes().startswith(b"<?xml")


def test_score_does_not_replace_the_data_set_it_joins(folder: Folder, command: Callable[..., Done]) -> None:
    data = folder.jsonl([{"prompt": "p", "solution": "aa"}], "data.jsonl")
    asked = ["score", folder.jsonl(ROLLOUTS), "-c", folder.config("same"), "--join", data, "--as", "again"]
    done = command(*asked, "-o", data, "--restart")
    assert (done.status, "is the input too" in done.err) == (2, True)


def test_a_run_that_is_refused_leaves_nothing_behind(folder: Folder, command: Callable[..., Done]) -> None:
    """No empty partial file beside the input."""
    given, config = folder.jsonl([{"prompt": "a", "text": "b"}]), folder.config("short")
    before = set(folder.path.iterdir())
    assert command("score", given, "-c", config, "-o", folder / "out.jsonl").status == 2
    assert set(folder.path.iterdir()) == before


@pytest.mark.parametrize("name", ["prefer", "filter", "score"])
def test_a_device_that_is_full_is_no_bug_and_promises_nothing(
    folder: Folder, command: Callable[..., Done], name: str
) -> None:
    """Nothing of it is kept, so nothing is said to be."""
    asked = arguments(folder, name)
    done = command(*asked, "-o", "/dev/full")
    assert (done.status, done.err) == (2, "rewards: /dev/full can't be written: No space left on device\n")


def test_an_error_of_the_host_is_no_bug(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder for temporary files that may not be written, a limit of open files: status 2, and where to look."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr("rewards.cli.score.Source", refuse)
    done = command("score", folder.jsonl(ROLLOUTS), "-c", folder.config("same"))
    said = "rewards: /somewhere: Permission denied; run again with --debug to see where\n"
    assert (done.status, done.err) == (2, said)

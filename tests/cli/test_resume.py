"""A run that is killed and started again loses no row and doubles none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rewards import Reward, as_reward, boxed_accuracy, clip, gate, grm, think_format
from rewards.cli import journal
from rewards.cli.journal import Store
from rewards.cli.own_code import own_parts
from rewards.models.engines import ScriptedEngine

from .conftest import GRADERS, ROOT, Done, Folder
from .graders import longest

pq = pytest.importorskip("pyarrow.parquet")

ROWS = [{"prompt": f"q{i // 4}", "completion": "x" * (i % 9), "solution": "xx"} for i in range(60)]


def with_two_bad_lines(folder: Folder, rows: list[dict[str, Any]]) -> str:
    """The rows, a line that is no JSON after the tenth and one without a completion after the thirtieth."""
    lines = [json.dumps(row) for row in rows]
    lines[30:30] = ['{"prompt": "no completion"}']
    lines[10:10] = ["{broken"]
    return folder.raw(("\n".join(lines) + "\n").encode())


@pytest.mark.parametrize(
    ("suffix", "stride"),
    [
        (".jsonl", 2),
        (".parquet", 4),
        pytest.param(".jsonl", 1, marks=pytest.mark.slow),
        pytest.param(".parquet", 1, marks=pytest.mark.slow),
    ],
)
def test_killed_at_any_step_a_run_goes_on_to_the_same_output(folder: Folder, suffix: str, stride: int) -> None:
    """A child is killed before and after each fsync, rename and removal and before each batch; bytes are equal."""
    config, given = folder.config("short", "same"), with_two_bad_lines(folder, ROWS)
    reference = folder / f"reference{suffix}"
    (folder / "crash").mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.cli.crash_points",
            config,
            given,
            folder / f"crash/out{suffix}",
            reference,
            str(stride),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["wrong"] == []
    assert result["kills"] > 30 // stride
    assert result["unharmed"] == 1


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".parquet"])
def test_sigkill_in_the_middle_of_a_batch_and_the_same_command_again(
    folder: Folder,
    shell: Callable[..., subprocess.CompletedProcess[bytes]],
    suffix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The process gets signal 9 from within; run again, it leaves what an unharmed run leaves."""
    config = folder.config("deadly")
    given = folder.jsonl({"completion": "die" if i == 700 else "x" * (i % 7), "n": i} for i in range(1000))
    arguments = ("score", given, "-c", config, "--batch-rows", 50, "-o")
    killed = shell(*arguments, folder / f"out{suffix}", KILL_MARKER=str(folder / "marker"))
    assert killed.returncode == -9
    assert not (folder / f"out{suffix}").exists()
    again = shell(*arguments, folder / f"out{suffix}", KILL_MARKER=str(folder / "marker"))
    assert again.returncode == 0, again.stderr
    unharmed = shell(*arguments, folder / f"unharmed{suffix}")
    assert unharmed.returncode == 0
    assert numbers(folder / f"out{suffix}") == numbers(folder / f"unharmed{suffix}") == list(range(1000))
    assert not (folder / f"out{suffix}.progress").exists()


def numbers(path: Path) -> list[int]:
    """The column `n` of an output of any form."""
    if path.suffix == ".parquet":
        return list(pq.read_table(path).column("n").to_pylist())
    import gzip

    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line)["n"] for line in data.splitlines()]


@pytest.fixture
def interrupted(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Any, ...]]:
    """A run of 60 rows that Ctrl-C stopped after four batches of seven."""

    def stop(suffix: str = ".jsonl", rows: list[dict[str, Any]] = ROWS) -> tuple[Any, ...]:
        config, given = folder.config("short", "same"), with_two_bad_lines(folder, rows)
        arguments = ("score", given, "-c", config, "-o", folder / f"out{suffix}", "--batch-rows", 7)
        add, batches = Store.add, []

        def counted(store: Store, *args: Any) -> None:
            batches.append(1)
            if len(batches) == 5:
                raise KeyboardInterrupt
            add(store, *args)

        with monkeypatch.context() as patched:
            patched.setattr(Store, "add", counted)
            done = command(*arguments)
        assert done.status == 130
        assert "run the same command again" in done.err
        return arguments

    return stop


def test_code_that_the_fingerprint_can_not_see_is_said_to_be_taken_as_it_was(
    command: Callable[..., Done], interrupted: Callable[..., tuple[Any, ...]]
) -> None:
    """A module that a reward of one's own imports may have been edited in between; -q does not leave this out."""
    said = "what the code of short and same imports is taken to be as it was then; if it has changed, begin anew: "
    assert f"{said}--restart" in command(*interrupted(), "-q").err


def bonus(completion: str, most: float = 1.0) -> float:
    """A function of one's own."""
    return most


class Bonus:
    """An object of one's own."""

    def __call__(self, completion: str) -> float:
        return 1.0


OWN: list[tuple[Reward, list[str]]] = [
    (boxed_accuracy() + 0.5 * think_format(), []),
    (gate(think_format(), then=clip(boxed_accuracy(), high=1)), []),
    (boxed_accuracy() + as_reward(bonus), ["bonus"]),
    (gate(think_format(), then=longest()), ["longest"]),
    (as_reward(partial(bonus, most=0.5)).named("half"), ["half"]),
    (as_reward(Bonus()).named("object"), ["object"]),
    (as_reward(Bonus().__call__).named("method"), ["method"]),
    (grm(ScriptedEngine(lambda prompt, sample: "")) + boxed_accuracy(), []),
]


@pytest.mark.parametrize(("reward", "parts"), OWN)
def test_parts_with_code_of_ones_own_are_found(reward: Reward, parts: list[str]) -> None:
    """Functions, classes and objects, also behind partial and inside other rewards."""
    assert own_parts(reward) == parts


def test_the_table_of_a_run_that_went_on_counts_all_rows(
    folder: Folder, command: Callable[..., Done], interrupted: Callable[..., tuple[Any, ...]]
) -> None:
    """Counts, means, causes and the first failures come out as if nothing had happened."""
    arguments = interrupted()
    again = command(*arguments)
    assert "going on after 29 rows" in again.err
    whole = command(*arguments, "--restart")

    def without_times(text: str) -> list[str]:
        kept = [line for line in text.splitlines() if "slowest" not in line and "batch of lines" not in line]
        return [
            " ".join(word for word in line.split() if word not in ("ms", "<1") and not word.isdigit())
            for line in kept[1:]
        ]

    assert again.status == whole.status == 1
    assert without_times(again.out) == without_times(whole.out)


REFUSED = [
    ("another reward", lambda f, a: f.config("short", "same", same=0.5), "begun with another reward"),
    ("another mapping", lambda f, a: a.extend(["--map", "prompt=completion"]), "begun with another --map"),
    (
        "another data set",
        lambda f, a: a.extend(["--join", f.jsonl([{"prompt": "p"}], "data.jsonl")]),
        "begun with another --join",
    ),
    ("other columns", lambda f, a: a.extend(["--as", "r"]), "begun with another --as"),
    (
        "a changed line behind us",
        lambda f, a: with_two_bad_lines(f, [{**ROWS[0], "completion": "y"}, *ROWS[1:]]),
        "another input",
    ),
    ("a shorter input", lambda f, a: f.jsonl(ROWS[:5]), "another input"),
    ("a partial file that was cut", lambda f, a: os.truncate(f / "out.jsonl.partial", 10), "shorter than"),
    ("a journal that is none", lambda f, a: (f / "out.jsonl.progress").write_text("{"), "can't be read"),
    (
        "a journal of another version",
        lambda f, a: (f / "out.jsonl.progress").write_text('{"format": 99}'),
        "another version",
    ),
]


@pytest.mark.parametrize(("change", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_changed_is_not_gone_on_with(
    folder: Folder, command: Callable[..., Done], interrupted: Callable[..., tuple[Any, ...]], change: Any, said: str
) -> None:
    """Status 2, a line that says what changed and names --restart; with that, the run begins anew."""
    arguments = list(interrupted())
    change(folder, arguments)
    kept = (folder / "out.jsonl.partial").read_bytes()
    done = command(*arguments)
    assert done.status == 2
    assert said in done.err
    assert "--restart" in done.err
    assert (folder / "out.jsonl.partial").read_bytes() == kept
    assert command(*arguments, "--restart", "-q").status in (0, 1)
    assert len(folder.rows()) in (5, 60)


def test_rows_added_behind_what_was_read_are_scored(
    folder: Folder, command: Callable[..., Done], interrupted: Callable[..., tuple[Any, ...]]
) -> None:
    """Only what an earlier run has read must be as it was."""
    arguments = interrupted()
    with (folder / "in.jsonl").open("a") as file:
        file.write('{"prompt": "new", "completion": "new", "solution": "new"}\n')
    command(*arguments)
    assert len(folder.rows()) == 61
    assert folder.rows()[-1]["score/same"] == 1.0


def test_columns_that_were_seen_before_count_as_columns_after(
    folder: Folder, command: Callable[..., Done], interrupted: Callable[..., tuple[Any, ...]]
) -> None:
    """Rows behind the interruption that lack a column fail alone, and their other parts keep their values."""
    arguments = interrupted(rows=[*ROWS[:28], *({"completion": "xx"} for _ in range(32))])
    assert command(*arguments).status == 1
    assert [row["score_kind"] for row in folder.rows()] == [None] * 28 + ["missing_column"] * 32
    assert [row["score/short"] for row in folder.rows()[28:]] == [0.8] * 32


def test_a_finished_output_is_not_replaced_unasked(folder: Folder, command: Callable[..., Done]) -> None:
    """Hours of a judge's work are not overwritten by pressing the up arrow."""
    config, given = folder.config("short"), folder.jsonl(ROWS)
    arguments = ("score", given, "-c", config, "-o", folder / "out.jsonl", "-q")
    assert command(*arguments).status == 0
    before = (folder / "out.jsonl").read_bytes()
    refused = command(*arguments)
    assert (refused.status, "--restart" in refused.err) == (2, True)
    folder.jsonl(ROWS[:3])
    assert command(*arguments, "--restart").status == 0
    assert (len(before.splitlines()), len(folder.rows())) == (60, 3)


def test_two_runs_never_write_one_output(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is refused while the first is at work."""
    config, given = folder.config("short"), folder.jsonl(ROWS)
    arguments = ("score", given, "-c", config, "-o", folder / "out.jsonl", "-q")
    statuses = []
    add = Store.add

    def meanwhile(store: Store, *args: Any) -> None:
        if not statuses:
            statuses.append(None)
            statuses[0] = command(*arguments)
        add(store, *args)

    monkeypatch.setattr(Store, "add", meanwhile)
    assert command(*arguments).status == 0
    assert statuses[0].status == 2  # type: ignore[attr-defined]
    assert "another run is writing" in statuses[0].err  # type: ignore[attr-defined]
    assert len(folder.rows()) == 60


def test_a_pipe_is_gone_on_with_when_it_brings_the_same(
    folder: Folder, shell: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    """Standard input can't be wound forward, but what was read of it is passed over and must be the same."""
    config = folder.config("deadly")
    data = b"".join(json.dumps({"completion": "die" if i == 70 else "x", "n": i}).encode() + b"\n" for i in range(100))
    arguments = ("score", "-", "-c", config, "--batch-rows", 10, "-o", folder / "out.jsonl")
    environment = {"KILL_MARKER": str(folder / "marker")}
    assert shell(*arguments, stdin=data, **environment).returncode == -9
    assert shell(*arguments, stdin=data.replace(b'"n": 3}', b'"n": 4}'), **environment).returncode in (0, 2)
    if not (folder / "out.jsonl").exists():
        assert shell(*arguments, stdin=data, **environment).returncode == 0
    assert len(folder.rows()) == 100


def test_commits_are_a_second_apart(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quick batches are not each synced to disk: sixty batches take one commit, the last."""
    config, given = folder.config("short"), folder.jsonl(ROWS)
    commits = []
    write = Store._write_journal
    monkeypatch.setattr(
        Store, "_write_journal", lambda store, state: (commits.append(state["done"]), write(store, state))
    )
    monkeypatch.setattr(journal.time, "monotonic", lambda: 0.0)
    assert command("score", given, "-c", config, "-o", folder / "out.jsonl", "--batch-rows", 1, "-q").status == 0
    assert commits == [True]
    assert GRADERS in Path(config).read_text()

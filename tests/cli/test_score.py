"""What `rewards score` writes and prints, and its exit status."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rewards import Reward, boxed_accuracy, gate
from rewards.cli import score as score_module
from rewards.cli.parts import Part, parts_of
from rewards.cli.report import _slowest as slowest
from rewards.cli.report import _table as table_of
from rewards.cli.summary import MOST_REASONS, Summary, Tally, noted

from .conftest import GRADERS, ROOT, Done, Folder
from .graders import short

Shell = Callable[..., subprocess.CompletedProcess[bytes]]


def grader(name: str) -> Reward:
    """A part of that name."""
    return short.named(name)


MIXED = [
    {"completion": "a", "solution": "a"},
    {"completion": "b", "solution": "a"},
    {"completion": "c", "solution": "skip"},
    {"completion": "d", "solution": "bad"},
]

KEYS = ["score", "score_status", "score_kind", "score_why", "score/short", "score/same", "score_fingerprint"]


def test_a_row_keeps_its_bytes_and_gains_the_same_columns_always(folder: Folder, command: Callable[..., Done]) -> None:
    """Numbers, escapes, key order and spacing of the line stay; scored, skipped and failed rows have equal keys."""
    lines = [
        b'{ "completion" : "\\u00e4b",  "n":1.0, "big": 123456789012345678901234567890, "e":1e400, "solution":"x"}',
        b'{"solution":"skip","completion":"b","s":"\\ud800"}',
        '{"solution":"bad","completion":"日本"}'.encode(),
    ]
    command("score", folder.raw(b"\n".join(lines)), "-c", folder.config("short", "same"), "-o", folder / "out.jsonl")
    written = (folder / "out.jsonl").read_bytes().splitlines()
    for before, after in zip(lines, written, strict=True):
        assert after.startswith(before.rstrip(b"}"))
        assert list(json.loads(after))[-7:] == KEYS
    rows = folder.rows()
    assert [(row["score"], row["score_status"], row["score_kind"]) for row in rows] == [
        (0.8, "scored", None),  # 1 - 2 characters / 10 + 0
        (0.9, "scored", None),  # a skipped part adds 0
        (None, "failed", "bad_reference"),
    ]
    assert [row["score/same"] for row in rows] == [0.0, None, None]
    assert "same failed: bad_reference (solution says bad)" in rows[2]["score_why"]
    assert len({row["score_fingerprint"] for row in rows}) == 1


def test_nested_parts_are_flat_columns(folder: Folder, command: Callable[..., Done]) -> None:
    """A gate's parts go by their path, and one that was not asked is null."""
    toml = folder.toml(
        f'[reward]\nuse = "gate"\ncondition = {{ use = "{GRADERS}:same" }}\n'
        f'then = {{ use = "clip", high = 0.5, reward = {{ use = "{GRADERS}:short" }} }}'
    )
    command("score", folder.jsonl(MIXED[:2]), "-c", toml, "-o", folder / "out.jsonl")
    rows = folder.rows()
    assert [key for key in rows[0] if key.startswith("score/")] == ["score/same", "score/short", "score/short/raw"]
    assert [(row["score"], row["score/short"], row["score/short/raw"]) for row in rows] == [
        (0.5, 0.5, 0.9),
        (0.0, None, None),
    ]


@pytest.mark.parametrize(
    ("rows", "status"),
    [(MIXED[:2], 0), (MIXED[:3], 1), ([*MIXED[:2], MIXED[3]], 1), ([], 0)],
    ids=["all scored", "one skipped", "one failed", "no rows"],
)
def test_the_status_says_whether_every_row_has_a_number(
    folder: Folder, command: Callable[..., Done], rows: list[dict[str, str]], status: int
) -> None:
    """0 where all have one, 1 where some have none."""
    assert command("score", folder.jsonl(rows), "-c", folder.config("same")).status == status


USAGE: list[tuple[str, list[str], str]] = [
    ("no command", [], "required"),
    ("no configuration", ["score", "x"], "-c/--config"),
    ("an unknown option", ["score", "x", "-c", "r.toml", "--fast"], "--fast"),
    ("rows below 1", ["score", "x", "-c", "r.toml", "--batch-rows", "0"], "not above 0"),
    ("rows that are no number", ["explain", "x", "-c", "r.toml", "--row", "one"], "'one' is no whole number"),
    ("no such configuration", ["score", "x", "-c", "no-such.toml"], "no-such.toml: can't be read"),
    ("a trainer nobody knows", ["check", "no-such.toml", "--trainer", "trll"], "did you mean 'trl'? Known are trl, "),
    ("a trainer like no other", ["check", "no-such.toml", "--trainer", "foo"], "foo is not known. Known are trl, "),
    ("votes that are no numbers", ["judge-eval", "x", "-c", "r.toml", "--k", "1,x"], "'x' is no whole number; give"),
    ("a margin below 0", ["prefer", "x", "-o", "y.jsonl", "--margin", "-1"], "-1 is below 0"),
    ("a name with a slash", ["score", "README.md", "-c", "examples/cli/reward.toml", "--as", "a/b"], "without '/'"),
    ("a reward nobody knows", ["list", "boxed_acuracy"], "did you mean 'boxed_accuracy'?"),
]


@pytest.mark.parametrize(("arguments", "said"), [case[1:] for case in USAGE], ids=[case[0] for case in USAGE])
def test_usage_errors_end_with_2(
    command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    """One mistake, one line, no traceback."""
    monkeypatch.chdir(ROOT)
    done = command(*arguments)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_outputs_that_cant_be_written_are_named(folder: Folder, command: Callable[..., Done]) -> None:
    """A missing folder, a folder, the input itself, and forms that are not written."""
    config, given = folder.config("short"), folder.jsonl(MIXED)
    for out, said in {
        "no/such/out.jsonl": "mkdir -p",
        ".": "is a folder",
        "in.jsonl": "is the input too",
        "out.csv": ".csv is not written",
    }.items():
        done = command("score", given, "-c", config, "-o", folder / out)
        assert (done.status, said in done.err) == (2, True), done.err
    assert folder.rows("in.jsonl") == MIXED


def test_a_reward_that_fails_on_every_row_stops_at_once(folder: Folder, command: Callable[..., Done]) -> None:
    """A typo shows with the first 64 rows: status 2, the exception in one line, nothing written."""
    done = command("score", folder.jsonl(MIXED * 100), "-c", folder.config("broken"), "-o", folder / "out.jsonl")
    assert done.status == 2
    assert "AttributeError" in done.err
    assert len(done.err.splitlines()) == 1
    assert not (folder / "out.jsonl").exists()


def test_a_batch_late_in_the_file_that_fails_costs_itself_only(folder: Folder, command: Callable[..., Done]) -> None:
    """What was paid for is kept: rows that fail are failed, the others scored, to the end."""
    rows = [{"completion": "x" * (9 if 8 <= i < 13 else 1)} for i in range(20)]
    toml = folder.config("broken_later")
    done = command("score", folder.jsonl(rows), "-c", toml, "-o", folder / "out.jsonl", "--batch-rows", 4)
    assert done.status == 1
    assert [row["score_kind"] for row in folder.rows()] == [None] * 8 + ["bug"] * 5 + [None] * 7


def test_a_bug_of_ours_is_one_line_and_status_3(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --debug it is a traceback."""

    def fails(*arguments: Any) -> None:
        raise LookupError("nobody\nexpected this")

    monkeypatch.setattr(score_module, "Fields", fails)
    arguments = ("score", folder.jsonl(MIXED), "-c", folder.config("same"))
    done = command(*arguments)
    assert done.status == 3
    assert "a bug, LookupError: nobody expected this; run again with --debug" in done.err
    with pytest.raises(LookupError):
        command(*arguments, "--debug")


def test_a_package_that_is_not_installed_comes_with_the_extra_that_brings_it(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any) -> None:
        raise ModuleNotFoundError("No module named 'sklearn.linear_model'", name="sklearn.linear_model")

    monkeypatch.setattr(score_module, "Fields", fails)
    done = command("score", folder.jsonl(MIXED), "-c", folder.config("same"))
    assert done.status == 2
    assert "the package sklearn is needed for this; pip install 'rewardfn[eval]'" in done.err


def test_a_full_disk_is_said_in_a_line_and_what_is_done_is_kept(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2; with room again the same command goes on."""
    arguments = ("score", folder.jsonl(MIXED[:2] * 50), "-c", folder.config("same"), "-o", folder / "out.jsonl", "-q")
    monkeypatch.setattr("rewards.cli.journal.COMMIT_EVERY_S", 0.0)
    sync, left = os.fsync, [4]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        sync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        done = command(*arguments, "--batch-rows", 10)
    assert done.status == 2
    assert "No space left on device; what is done is kept" in done.err
    assert command(*arguments).status == 0
    assert len(folder.rows()) == 100


def test_names_that_are_taken_are_refused_and_others_can_be_chosen(
    folder: Folder, command: Callable[..., Done]
) -> None:
    """An output is scored again under another name; a later row with a taken name is kept out."""
    config = folder.config("short")
    command("score", folder.jsonl(MIXED), "-c", config, "-o", folder / "out.jsonl")
    refused = command("score", folder / "out.jsonl", "-c", config, "-o", folder / "again.jsonl")
    assert (refused.status, "already has a column 'score'" in refused.err, "--as" in refused.err) == (2, True, True)
    assert (
        command("score", folder / "out.jsonl", "-c", config, "-o", folder / "again.jsonl", "--as", "second").status == 0
    )
    assert folder.rows("again.jsonl")[0]["score"] == folder.rows("again.jsonl")[0]["second"]
    late = folder.jsonl([*MIXED, {"completion": "a", "score_why": "mine"}], "late.jsonl")
    assert command("score", late, "-c", config, "-o", folder / "late_out.jsonl").status == 1
    assert "score_why" in folder.rows("late_out.jsonl.rejects.jsonl")[0]["reason"]


def test_reasons_with_broken_unicode_and_line_ends_stay_one_line(folder: Folder, command: Callable[..., Done]) -> None:
    """Half a surrogate pair stays an escape in JSON and becomes U+FFFD in parquet, which is UTF-8."""
    pq = pytest.importorskip("pyarrow.parquet")
    given = folder.raw(b'{"completion": "a\\ud800\\nb"}\n{"completion": "\\ud83d\\ude00"}\n')
    config = folder.config("echo")
    assert command("score", given, "-c", config, "-o", folder / "out.jsonl").status == 0
    assert [row["score_why"] for row in folder.rows()] == ["echo 1: a\ud800 b", "echo 1: 😀"]
    assert command("score", given, "-c", config, "-o", folder / "out.parquet").status == 0
    table = pq.read_table(folder / "out.parquet").to_pydict()
    assert table["completion"] == ["a\ufffd\nb", "😀"]
    assert table["score_why"] == ["echo 1: a\ufffd b", "echo 1: 😀"]


def test_parquet_keeps_its_types(folder: Folder, command: Callable[..., Done]) -> None:
    """Nested values, decimals, times of nanoseconds, dictionaries, bytes and nulls come out as they went in."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {
            "completion": pa.array(["a", "b", None, "d"]),
            "nested": pa.array([[{"a": 1, "b": [1.5]}], [], None, [{"a": None, "b": []}]]),
            "money": pa.array([Decimal("1.10")] * 4, pa.decimal128(10, 2)),
            "at": pa.array([1, 2, 3, None], pa.timestamp("ns", tz="UTC")),
            "day": pa.array([datetime(2026, 1, 2)] * 4).cast(pa.date32()),
            "kind": pa.array(["x", "y", "x", "y"]).dictionary_encode(),
            "raw": pa.array([b"\xff", b"", None, b"a"]),
            "none": pa.nulls(4),
            "map": pa.array([[("k", 1)]] * 4, pa.map_(pa.string(), pa.int32())),
            "small": pa.array([1, 2, 3, 4], pa.int8()),
        }
    )
    pq.write_table(table, folder / "in.parquet", row_group_size=3)
    config = folder.config("short")
    done = command("score", folder / "in.parquet", "-c", config, "-o", folder / "out.parquet")
    assert done.status == 1  # the third completion is null, and kept out
    written = pq.read_table(folder / "out.parquet")
    for name in table.schema.names:
        assert written.column(name).to_pylist() == table.column(name).take([0, 1, 3]).to_pylist(), name
        if name != "kind":
            assert written.schema.field(name).type.equals(table.schema.field(name).type), name
    assert written.schema.field("score").type == pa.float64()
    assert command("score", folder / "in.parquet", "-c", config, "-o", folder / "out.jsonl").status == 1
    row = folder.rows()[0]
    assert (row["money"], row["day"], row["raw"], row["nested"]) == (
        "1.10",
        "2026-01-02",
        "/w==",
        [{"a": 1, "b": [1.5]}],
    )


def test_jsonl_to_parquet_finds_types_that_hold_all_rows(folder: Folder, command: Callable[..., Done]) -> None:
    """Numbers widen, objects gain keys, absent is null; what has no common type is text, whichever batch it is in."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = [
        {"completion": "a", "n": 1, "mixed": 1, "o": {"a": 1}, "empty": {}, "big": 1},
        {"completion": "b", "n": None, "mixed": "two", "o": {"b": "x"}, "empty": {}, "big": 10**30},
        {"completion": "c", "n": 2.5, "mixed": [3], "o": None, "late": True, "big": 2},
    ]
    for size in (1, 2, 3):
        out = folder / f"out{size}.parquet"
        given, config = folder.jsonl(rows), folder.config("short")
        assert command("score", given, "-c", config, "-o", out, "--batch-rows", size).status == 0
        table = pq.read_table(out)
        assert table.column("n").to_pylist() == [1.0, None, 2.5]
        assert table.column("mixed").to_pylist() == ["1", "two", "[3]"]
        assert table.column("o").to_pylist() == [{"a": 1, "b": None}, {"a": None, "b": "x"}, None]
        assert table.column("late").to_pylist() == [None, None, True]
        assert table.column("empty").to_pylist() == ["{}", "{}", None]
        assert [float(value) for value in table.column("big").to_pylist()] == [1.0, 1e30, 2.0]
        assert table.schema.field("score_why").type == pa.string()


def test_no_rows_make_an_empty_parquet_file(folder: Folder, command: Callable[..., Done]) -> None:
    """The file is there and can be read."""
    pq = pytest.importorskip("pyarrow.parquet")
    assert command("score", folder.raw(b""), "-c", folder.config("short"), "-o", folder / "out.parquet").status == 0
    assert pq.read_table(folder / "out.parquet").num_rows == 0


def test_nan_of_a_table_is_null_in_json(folder: Folder, command: Callable[..., Done]) -> None:
    """TRL writes an unscored reward as NaN, which is no JSON."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"completion": ["a", "b"], "old": [math.nan, 0.5], "deep": [[{"x": math.inf}], []]})
    pq.write_table(table, folder / "in.parquet")
    command("score", folder / "in.parquet", "-c", folder.config("short"), "-o", folder / "out.jsonl")
    lines = (folder / "out.jsonl").read_text()
    assert "NaN" not in lines
    assert [(row["old"], row["deep"]) for row in folder.rows()] == [(None, [{"x": None}]), (0.5, [])]


def test_pipes_in_and_out_give_what_files_give(folder: Folder, shell: Shell, command: Callable[..., Done]) -> None:
    """Standard output is data alone; the table goes to standard error."""
    config, given = folder.config("short", "same"), folder.jsonl(MIXED * 30)
    command("score", given, "-c", config, "-o", folder / "out.jsonl")
    piped = shell("score", "-", "-c", config, "-o", "-", stdin=Path(given).read_bytes())
    assert piped.returncode == 1
    assert piped.stdout == (folder / "out.jsonl").read_bytes()
    assert b"120 rows" in piped.stderr
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.Table.from_pylist(MIXED * 30), folder / "in.parquet")
    spooled = shell("score", "-", "-c", config, "-o", "-", "-q", stdin=(folder / "in.parquet").read_bytes())
    assert [json.loads(line) for line in spooled.stdout.splitlines()] == folder.rows()
    assert spooled.stderr == b""


def test_a_reader_that_goes_away_ends_the_run_quietly(folder: Folder) -> None:
    """`rewards score … -o - | head -1` prints a line and no traceback."""
    config, given = folder.config("short"), folder.jsonl(MIXED * 50_000)
    line = f"{sys.executable} -m rewards score {given} -c {config} -o - -q | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    row, status = done.stdout.splitlines()
    assert json.loads(row)["score"] == 0.9
    assert (status, done.stderr) == ("141", "")


def test_a_device_is_written_as_it_comes(folder: Folder, command: Callable[..., Done]) -> None:
    """/dev/null takes rows without a journal beside it."""
    assert command("score", folder.jsonl(MIXED[:2]), "-c", folder.config("same"), "-o", "/dev/null").status == 0
    assert not Path("/dev/null.progress").exists()


def test_the_table_has_the_numbers(folder: Folder, command: Callable[..., Done]) -> None:
    """Mean, spread, least and most against Python's statistics, over many batches; causes as shares of all rows."""
    lengths = [(i * 37) % 11 for i in range(400)]
    rows = [{"completion": "x" * n, "solution": ("bad", "skip", "xx", "xx")[i % 4]} for i, n in enumerate(lengths)]
    arguments = ("-c", folder.config("short", "same"), "-o", folder / "out.jsonl", "--batch-rows", 17)
    done = command("score", folder.jsonl(rows), *arguments)
    table = {line.split("×")[-1].split()[0]: line.split() for line in done.out.splitlines() if "×" in line}
    values = [max(0.0, 1 - n / 10) for n in lengths]
    assert [float(x) for x in table["short"][3:7]] == pytest.approx(
        [statistics.fmean(values), statistics.pstdev(values), min(values), max(values)], abs=5e-4
    )
    assert "25% bad_reference" in " ".join(table["same"])
    assert "25% skipped" in " ".join(done.out.split())
    assert "100 unscored" in done.out  # a skipped part adds 0, a failed one fails the sum
    assert "100 rows, such as lines 1 and 5: same failed: bad_reference (solution says bad)" in done.out


def test_failing_rows_are_grouped_by_reason(folder: Folder, command: Callable[..., Done]) -> None:
    """A rare reason is not lost behind a common one; numbers and quoted text of a row make no reason of their own."""
    toml = folder.toml(f'[reward]\nuse = "route"\ncolumn = "task"\n[reward.rewards.a]\nuse = "{GRADERS}:same"\n')
    rows = [{"completion": "x", "task": f"t{i}", "solution": "x"} for i in range(20)]
    rows += [{"completion": "x", "task": "a", "solution": "bad"}, {"completion": "x", "task": "a", "solution": None}]
    done = command("score", folder.jsonl(rows), "-c", toml, "--batch-rows", 7)
    text = " ".join(done.out.split())
    assert "20 rows, such as lines 1 and 2: failed: unknown_route (column 'task' is 't0'; known are 'a')" in text
    assert "line 21: a failed: bad_reference (solution says bad)" in text
    assert "line 22: a failed: missing_column" in text
    assert "--map" not in text  # a null value can't be mapped


def test_reasons_survive_a_resumed_run() -> None:
    """What is counted goes through the journal's JSON unchanged; of a hundred and more reasons the rest are one."""
    summary = Summary.empty([])
    for line in range(1, 301):
        noted(summary.failing, "x" * line, "in.jsonl", line)
    assert len(summary.failing) == MOST_REASONS + 1
    assert sum(reason.count for reason in summary.failing.values()) == 300
    assert Summary.from_state(json.loads(json.dumps(summary.state()))) == summary


NO_COMPLETION: list[tuple[dict[str, Any], str]] = [
    ({"task": "m", "prompt": "p", "response": "r", "solution": "s"}, "completion=response"),
    ({"prompt": "p", "solution": "s", "generated_text": "r"}, "completion=generated_text"),
    ({"prompt": "p", "solution": "s", "Output": "r"}, "completion=Output"),
    ({"prompt": "p", "solution": "s", "complétion": "r"}, "completion=complétion"),
    ({"prompt": "p", "solution": "s", "completion_length": 3, "response": "r"}, "completion=response"),
    ({"prompt": "p", "solution": "s"}, "completion=COLUMN"),
    ({"prompt": "p", "solution": "s", "answer": "a", "text": "t"}, "completion=COLUMN"),
]


@pytest.mark.parametrize(("row", "said"), NO_COMPLETION)
def test_the_column_to_map_is_never_one_the_reward_reads(
    folder: Folder, command: Callable[..., Done], row: dict[str, Any], said: str
) -> None:
    """To follow a hint must not score the reference against itself; where no column is likely they are listed only."""
    done = command("score", folder.jsonl([row]), "-c", folder.config("same"))
    assert done.status == 2
    assert done.err.strip().endswith(f"the columns there are: {', '.join(row)}. Say which one it is: --map {said}")


def test_a_reference_called_response_is_not_suggested(folder: Folder, command: Callable[..., Done]) -> None:
    """The reward's own column by its mapped name is left out too."""
    given = folder.jsonl([{"prompt": "p", "response": "s", "output": "o"}])
    done = command("score", given, "-c", folder.config("same"), "--map", "solution=response")
    assert done.err.strip().endswith("--map completion=output")


def test_data_is_written_where_it_is_asked_for(folder: Folder, command: Callable[..., Done]) -> None:
    """As an object in JSONL, as JSON text in parquet, by the part's path; without --data there is no such column."""
    pq = pytest.importorskip("pyarrow.parquet")
    config, given = folder.config("short", "talkative"), folder.jsonl([{"completion": "ab"}, {"completion": ""}])
    command("score", given, "-c", config, "-o", folder / "plain.jsonl")
    assert not any(name.startswith("score_data") for name in folder.rows("plain.jsonl")[0])
    command("score", given, "-c", config, "-o", folder / "out.jsonl", "--data")
    command("score", given, "-c", config, "-o", folder / "out.parquet", "--data")
    seen = {"talkative": {"verdicts": ["pass", "fail"], "text": "ab" * 4000}}
    assert [row["score_data"] for row in folder.rows()] == [seen, {}]
    assert [json.loads(text) for text in pq.read_table(folder / "out.parquet")["score_data"].to_pylist()] == [seen, {}]


def test_parts_that_wait_side_by_side_are_named_together() -> None:
    """Of parts that took about the same time at the same time none is called the slowest, and times are bounds."""
    waits = boxed_accuracy().named("a")
    parts = parts_of(1.0 * waits + 1.0 * grader("b") + 1.0 * grader("c"))
    beside = Summary([Tally(seconds=s) for s in (10.2, 10.1, 9.9, 0.1)], wall_s=10.2)
    assert slowest(parts, beside)[0] == ("slowest", "a or b: 10.1 s of 10.2 s")
    assert slowest(parts, beside)[1][1].startswith("≤: ran side by side")
    assert times(parts, beside) == ["10.2 s", "≤ 10.1 s", "≤ 9.9 s", "≤ 100 ms"]
    after = Summary([Tally(seconds=s) for s in (10.2, 5.1, 5.0, 0.1)], wall_s=10.2)
    assert slowest(parts, after) == [("slowest", "a: 5.1 s of 10.2 s")]
    assert times(parts, after) == ["10.2 s", "5.1 s", "5.0 s", "100 ms"]


def test_a_part_in_two_places_ran_beside_nothing() -> None:
    """It is asked once and its time stands in both places, so the times add up to more: 2 + 1 of 2 s."""
    shared = grader("a")
    parts = parts_of((1.0 * gate(shared, then=grader("b"))) + 1.0 * shared)
    found = Summary([Tally(seconds=s) for s in (2.0, 2.0, 1.0, 1.0, 1.0)], wall_s=2.0)
    assert times(parts, found) == ["2.0 s", "2.0 s", "1.0 s", "1.0 s", "1.0 s"]


def times(parts: Sequence[Part], summary: Summary) -> list[str]:
    """The last column of the table."""
    return [str(cell) for cell in list(table_of(parts, summary, 200).columns[-1].cells)]


@pytest.mark.parametrize("data", [b"", b"\n", b"3\n"])
def test_where_nothing_was_scored_nothing_is_the_slowest(
    folder: Folder, command: Callable[..., Done], data: bytes
) -> None:
    """No rows, a blank line, or a line that is kept out."""
    out = command("score", folder.raw(data), "-c", folder.config("short", "same")).out
    assert "slowest" not in out
    assert "fingerprint" in out


LONG = "a_part_with_quite_a_long_name_of_its_own"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_long_name_goes_on_under_itself(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """Beside a wide cause: what folds is further in than its beginning, the weight stands before a name, not alone."""
    parts = "".join(
        f'[[part]]\nuse = "{GRADERS}:same"\nweight = 0.5\nname = "{name}"\n' for name in ("accuracy_if_format", LONG)
    )
    config, given = folder.toml(parts), folder.jsonl([{"completion": "a", "solution": "bad"}] * 3)
    monkeypatch.setenv("COLUMNS", str(columns))
    out = command("score", given, "-c", config).out.replace("\N{NO-BREAK SPACE}", " ")
    table = out.split("─\n")[1].split("\n\n")[0].splitlines()
    assert all(len(line) <= columns for line in table)
    assert "…" not in "".join(table)
    short, long = (at for at, line in enumerate(table) if line.startswith("  0.5 × a"))
    assert columns < 80 or "  0.5 × accuracy_if_format " in table[short]
    assert columns < 120 or f"  0.5 × {LONG} " in table[long]
    assert all(line.startswith("    ") for line in table[short + 1 : long] + table[long + 1 :])
    assert columns == 120 or table[long + 1].split()[0] in LONG


def test_no_line_of_piped_output_ends_in_blanks(folder: Folder, command: Callable[..., Done]) -> None:
    """Tables and grids are not filled up where nobody sees it."""
    config, given = folder.config("short", "same"), folder.jsonl(MIXED)
    for arguments in (["score", given], ["explain", given, "--row", "1"]):
        out = command(*arguments, "-c", config).out
        assert [line for line in out.splitlines() if line != line.rstrip()] == []
    assert "fingerprint " in command("check", config).out


def test_without_a_terminal_there_is_no_bar_and_no_colour(folder: Folder, shell: Shell) -> None:
    """Logs of batch jobs stay readable; -q prints nothing at all."""
    config, given = folder.config("short"), folder.jsonl(MIXED * 10)
    done = shell("score", given, "-c", config)
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""
    quiet = shell("score", given, "-c", config, "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, b"", b"")


def test_a_prompts_rollouts_stay_together(folder: Folder, command: Callable[..., Done]) -> None:
    """Batches of three rows would split groups of four; a reward that compares them sees them whole."""
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:longest"')
    rows = [{"prompt": [{"role": "user", "content": f"q{i // 4}"}], "completion": "x" * (i % 4)} for i in range(40)]
    arguments = ("-c", toml, "-o", folder / "out.jsonl", "--batch-rows", 3)
    assert command("score", folder.jsonl(rows), *arguments).status == 0
    assert [row["score"] for row in folder.rows()] == [0.0, 0.0, 0.0, 1.0] * 10


def test_rollouts_that_are_not_together_fail_with_the_remedy(folder: Folder, command: Callable[..., Done]) -> None:
    """A file in rounds (every prompt once, then again) is not scored as if groups were whole."""
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:longest"')
    rows = [{"prompt": f"q{i % 10}", "completion": "x"} for i in range(40)]
    done = command("score", folder.jsonl(rows), "-c", toml, "-o", folder / "out.jsonl", "--batch-rows", 5)
    assert done.status == 1
    assert {row["score_kind"] for row in folder.rows()} == {"partial_group"}
    assert "no two rows that follow each other have one prompt: sort the input by prompt" in " ".join(done.out.split())


GROUPS = [
    # rows of each prompt in turn, group_size, what is said of them
    ([4] * 10, 8, "has 4 consecutive rows of one prompt, and group_size is 8: set group_size = 4, or, if"),
    (
        [4] * 9 + [3],
        4,
        "has 3 to 4 consecutive rows of one prompt, and group_size is 4: set it to what each prompt has",
    ),
    ([6] * 5, 4, "has 6 consecutive rows of one prompt, and group_size is 4: set group_size = 6"),
    ([8] * 5, 4, "5 of 8 rollouts, none flat longest compares 4 at a time as they come: groups of one prompt are cut"),
]


@pytest.mark.parametrize(("sizes", "group_size", "said"), GROUPS)
def test_a_group_size_that_is_not_the_inputs_is_said(
    folder: Folder, command: Callable[..., Done], sizes: list[int], group_size: int, said: str
) -> None:
    """The remedy names what was found; groups that are cut in several whole ones are scored, and said to be cut."""
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:longest"\ngroup_size = {group_size}')
    rows = [{"prompt": f"q{at}", "completion": "x" * n} for at, size in enumerate(sizes) for n in range(size)]
    done = command("score", folder.jsonl(rows), "-c", toml)
    assert said in " ".join(done.out.split())
    assert ("cut up" in done.out) == (group_size * 2 <= max(sizes))


def test_batches_grow_while_they_are_quick(folder: Folder, command: Callable[..., Done]) -> None:
    """64 rows first, so that a mistake shows at once; then twice as many each time."""
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:size_of_batch"')
    command("score", folder.jsonl([{"completion": "a"}] * 500), "-c", toml, "-o", folder / "out.jsonl")
    assert [round(1 / row["score"]) for row in folder.rows()] == [64] * 64 + [128] * 128 + [256] * 256 + [52] * 52


def test_megabyte_completions_travel_few_at_a_time(folder: Folder, command: Callable[..., Done]) -> None:
    """A batch holds 16 MiB of input at most, however many rows it may have."""
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:size_of_batch"')
    given = folder.jsonl([{"completion": "x" * 2**20}] * 40)
    command("score", given, "-c", toml, "-o", folder / "out.jsonl", "--batch-rows", 4000)
    assert [round(1 / row["score"]) for row in folder.rows()] == [16] * 32 + [8] * 8

"""What the command reads, and what it keeps out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from rewards.cli import inputs
from rewards.cli.errors import CommandError
from rewards.cli.rows import parse_map

from .conftest import Done, Folder

GOOD = b'{"completion": "ab", "n": 1}\n'

BAD_LINES: list[tuple[str, bytes, str]] = [
    ("half a line", b'{"completion": "ab', "not JSON: Unterminated string"),
    ("no JSON", b"completion,ab", "not JSON: Expecting value (character 1)"),
    ("two objects", b'{"completion": "a"} {"completion": "b"}', "not JSON: Extra data"),
    ("a list", b' "x"', "a row is a JSON object {…}, this is str"),
    ("a number", b"42", "a row is a JSON object {…}, this is int"),
    ("null", b"null", "this is NoneType"),
    ("bytes that are no UTF-8", b'{"completion": "\xff"}', "not UTF-8 at byte 17"),
    ("a NUL", b'{"completion": "a\x00b"}', "not JSON: Invalid control character"),
    ("nested ten thousand deep", b'{"completion": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    ("a number of 5,000 digits", b'{"completion": "a", "n": ' + b"9" * 5000 + b"}", "not JSON that can be read"),
    (
        "no completion",
        b'{"prompt": "a", "response": "b"}',
        "no column 'completion'; the columns there are: prompt, response",
    ),
    ("a completion that is null", b'{"completion": null}', "column 'completion', the completion, is null"),
    (
        "a completion that is a number",
        b'{"completion": 3}',
        "the completion is int 3, neither text nor a list of messages",
    ),
    ("a completion that is empty", b'{"completion": []}', "neither text nor a list of messages"),
    ("several completions", b'{"completion": ["a", "b"]}', "a list of 2 texts; write a row for each"),
    ("a prompt that is a number", b'{"completion": "a", "prompt": 7}', "the prompt is int 7"),
    ("an object without end", b"{", "not JSON"),
]


@pytest.mark.parametrize(("line", "said"), [case[1:] for case in BAD_LINES], ids=[case[0] for case in BAD_LINES])
def test_a_bad_line_is_kept_out_by_number_and_the_rest_is_scored(
    folder: Folder, command: Callable[..., Done], line: bytes, said: str
) -> None:
    """Line 3 of 4 is bad: rows 1, 2 and 4 are written; the rejects file has the line, its number and the reason."""
    given = folder.raw(GOOD + GOOD + line + b"\n" + GOOD)
    done = command("score", given, "-c", folder.config("short"), "-o", folder / "out.jsonl")
    assert done.status == 1
    assert "line 3: " in " ".join(done.out.split())
    assert [row["score"] for row in folder.rows()] == [0.8, 0.8, 0.8]
    (reject,) = folder.rows("out.jsonl.rejects.jsonl")
    assert said in reject["reason"]
    assert (reject["file"], reject["line"]) == (given, 3)
    assert reject["text"].encode() == line[: 2**20] or "\\xff" in reject["text"]


def packed(data: bytes) -> bytes:
    return gzip.compress(data[:20]) + gzip.compress(data[20:])


FORMS: list[tuple[str, bytes, int]] = [
    ("a byte-order mark", b"\xef\xbb\xbf" + GOOD + GOOD, 2),
    ("Windows line ends", GOOD.replace(b"\n", b"\r\n") * 2, 2),
    ("no end of the last line", GOOD + GOOD.rstrip(), 2),
    ("blank lines", b"\n" + GOOD + b"\n  \r\n" + GOOD + b"\n\n", 2),
    ("gzip", gzip.compress(GOOD * 3), 3),
    ("gzip of several members", packed(GOOD * 3), 3),
    ("nothing", b"", 0),
    ("one blank line", b"\n", 0),
    ("a line separator that is no line end", '{"completion": "a\u2028b"}\n'.encode() + GOOD, 2),
]


@pytest.mark.parametrize(("data", "rows"), [case[1:] for case in FORMS], ids=[case[0] for case in FORMS])
def test_jsonl_as_the_world_writes_it(folder: Folder, command: Callable[..., Done], data: bytes, rows: int) -> None:
    """Every row is scored, none is kept out, and the status is 0; nothing at all is no error."""
    done = command("score", folder.raw(data), "-c", folder.config("short"), "-o", folder / "out.jsonl")
    assert done.status == 0, done.err
    assert len(folder.rows()) == rows
    assert not (folder / "out.jsonl.rejects.jsonl").exists()


def test_gzip_that_breaks_off_loses_only_what_is_missing(folder: Folder, command: Callable[..., Done]) -> None:
    """What came before the break is scored, and the break is reported by its line."""
    lines = b"".join(json.dumps({"completion": f"{i * 7919:x}"}).encode() + b"\n" for i in range(5000))
    data = gzip.compress(lines)
    done = command(
        "score", folder.raw(data[: len(data) // 2]), "-c", folder.config("short"), "-o", folder / "out.jsonl"
    )
    assert done.status == 1
    rows = folder.rows()
    assert 1000 < len(rows) < 4000
    assert [row["completion"] for row in rows] == [f"{i * 7919:x}" for i in range(len(rows))]
    (reject,) = folder.rows("out.jsonl.rejects.jsonl")
    assert reject["line"] == len(rows) + 1
    assert "gzip data ends" in reject["reason"]


def test_a_line_that_is_too_long_is_passed_over(
    folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without line ends must not fill the memory: the line is kept out, its neighbours scored."""
    monkeypatch.setattr(inputs, "MAX_LINE_BYTES", 1000)
    long = json.dumps({"completion": "x" * 5_000_000}).encode()
    done = command(
        "score", folder.raw(GOOD + long + b"\n" + GOOD), "-c", folder.config("short"), "-o", folder / "out.jsonl"
    )
    assert done.status == 1
    assert len(folder.rows()) == 2
    (reject,) = folder.rows("out.jsonl.rejects.jsonl")
    assert (reject["line"], len(reject["text"])) == (2, 100)


FOREIGN: list[tuple[str, bytes, str]] = [
    ("UTF-16", '{"completion": "a"}'.encode("utf-16"), "is UTF-16; save it as UTF-8"),
    ("zstd", b"\x28\xb5\x2f\xfd\x00\x00", "zstd -d"),
    ("zip", b"PK\x03\x04rest", "a zip archive"),
    ("a JSON array", b'[{"completion": "a"}]', "jq -c '.[]'"),
    ("a damaged parquet file", b"PAR1" + b"\x00" * 20, "can't be read as parquet"),
    ("CSV", b"prompt,completion\na,b\n", "none of its first 2 lines is one, line 1 is not JSON: Expecting value"),
    ("a long CSV", b"prompt,completion\n" + b"a,b\n" * 100, "none of its first 10 lines is one"),
    ("CSV's remedy", b"prompt,completion\na,b\n", "pandas.read_csv(…).to_json(…, orient='records', lines=True)"),
    ("JSON over several lines", b'{\n  "completion": "a"\n}\n', "jq -c ."),
    ("lines that end in CR", b'{"completion": "a"}\r{"completion": "b"}\r', "tr '\\r' '\\n' < "),
    ("bytes", bytes(range(128, 256)) * 100, "is no JSONL (one JSON object a line): its only line is none"),
]


@pytest.mark.parametrize(("data", "said"), [case[1:] for case in FOREIGN], ids=[case[0] for case in FOREIGN])
def test_what_is_no_jsonl_is_refused_with_the_remedy(
    folder: Folder, command: Callable[..., Done], data: bytes, said: str
) -> None:
    """Status 2 and one line, rather than a million rejected ones."""
    done = command("score", folder.raw(data), "-c", folder.config("short"))
    assert (done.status, len(done.err.splitlines())) == (2, 1)
    assert said in done.err


@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_an_empty_input_is_said_and_gives_an_empty_output(
    folder: Folder, command: Callable[..., Done], quiet: list[str]
) -> None:
    """A shard may be empty, so this is no fault; but it never goes unsaid, with -q neither."""
    done = command("score", folder.raw(b""), "-c", folder.config("short"), "-o", folder / "out.jsonl", *quiet)
    assert (done.status, (folder / "out.jsonl").read_bytes()) == (0, b"")
    assert "no rows" in done.out + done.err
    assert "no rows" in (done.err if quiet else done.out)


def test_bad_lines_before_a_good_one_are_kept_out_one_by_one(folder: Folder, command: Callable[..., Done]) -> None:
    """Nine lines that are no JSON and then a row: a damaged beginning, not another kind of file."""
    given = folder.raw(b"{broken\n" * 9 + GOOD)
    done = command("score", given, "-c", folder.config("short"), "-o", folder / "out.jsonl")
    assert (done.status, len(folder.rows()), len(folder.rows("out.jsonl.rejects.jsonl"))) == (1, 1, 9)


def test_columns_are_mapped_and_nested_values_reached(folder: Folder, command: Callable[..., Done]) -> None:
    """`--map` reads the completion from an answer of an API and the solution from another column."""
    rows = [
        {"choices": [{"message": {"content": "4"}}], "meta": {"answer": "4"}},
        {"choices": [], "meta": {"answer": "4"}},
    ]
    mapped = ("--map", "completion=choices.0.message.content", "--map", "solution=meta.answer")
    done = command("score", folder.jsonl(rows), "-c", folder.config("same"), "-o", folder / "out.jsonl", *mapped)
    assert done.status == 1
    assert [row["score"] for row in folder.rows()] == [1.0]
    assert "solution" not in folder.rows()[0]
    assert "no column 'choices.0.message.content'" in folder.rows("out.jsonl.rejects.jsonl")[0]["reason"]


def test_a_column_named_with_a_dot_is_taken_before_a_nested_one(folder: Folder, command: Callable[..., Done]) -> None:
    """The exact name wins."""
    rows = [{"a.b": "4", "a": {"b": "5"}, "solution": "4"}]
    command(
        "score", folder.jsonl(rows), "-c", folder.config("same"), "-o", folder / "out.jsonl", "--map", "completion=a.b"
    )
    assert folder.rows()[0]["score"] == 1.0


def test_a_first_row_without_a_completion_stops_at_once_and_suggests(
    folder: Folder, command: Callable[..., Done]
) -> None:
    """A file with other names is a matter of --map, not of a thousand rejected rows."""
    done = command("score", folder.jsonl([{"prompt": "a", "response": "b"}] * 100), "-c", folder.config("short"))
    assert done.status == 2
    assert "--map completion=response" in done.err


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["completion"], "NAME=COLUMN"),
        (["=x"], "NAME=COLUMN"),
        (["a="], "NAME=COLUMN"),
        (["a=b", "a=c"], "gives 'a' twice"),
        (["completions=response"], "did you mean completion=response?"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(pairs: list[str], said: str) -> None:
    """The message shows the form."""
    with pytest.raises(CommandError) as caught:
        parse_map(pairs)
    assert said in str(caught.value)


def test_messages_are_read_without_the_keys_that_a_table_fills_in(folder: Folder, command: Callable[..., Done]) -> None:
    """Arrow gives every message of a column all keys; a message of one's own has none that are null."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    messages = [
        [{"role": "assistant", "content": "4"}],
        [{"role": "assistant", "content": None, "tool_calls": [{"id": "a"}]}],
    ]
    pq.write_table(pa.table({"completion": messages, "solution": ["4", "4"]}), folder / "in.parquet")
    toml = folder.toml('[reward]\nuse = "tests.cli.graders:keys"')
    assert command("score", folder / "in.parquet", "-c", toml, "-o", folder / "out.jsonl").status == 0
    assert [row["score_why"] for row in folder.rows()] == ["content role", "role tool_calls"]


def test_a_column_that_some_rows_lack_fails_those_rows_only(folder: Folder, command: Callable[..., Done]) -> None:
    """Also where a whole later batch lacks it, which in a first batch stops the run; other parts keep their values."""
    rows: list[dict[str, Any]] = [{"completion": "a", "solution": "a"}] * 4 + [{"completion": "a"}] * 8
    given, config = folder.jsonl(rows), folder.config("short", "same")
    assert command("score", given, "-c", config, "-o", folder / "out.jsonl", "--batch-rows", 4).status == 1
    assert [row["score_kind"] for row in folder.rows()] == [None] * 4 + ["missing_column"] * 8
    assert [row["score/short"] for row in folder.rows()] == [0.9] * 12


def test_a_column_that_no_row_has_stops_at_once(folder: Folder, command: Callable[..., Done]) -> None:
    """One line names the columns there are."""
    done = command("score", folder.jsonl([{"completion": "a", "answer": "a"}] * 3), "-c", folder.config("same"))
    assert done.status == 2
    assert done.err.count("\n") == 1
    assert "has no column 'solution'; the columns there are" in done.err
    assert "--map solution=COLUMN" in done.err
    assert "answer" in done.err


def test_several_inputs_are_one_after_the_other(folder: Folder, command: Callable[..., Done]) -> None:
    """Lines are named with their file."""
    first = folder.raw(GOOD + b"{\n", "a.jsonl")
    second = folder.raw(GOOD + GOOD + b"{\n", "b.jsonl.gz".removesuffix(".gz"))
    done = command("score", first, second, "-c", folder.config("short"), "-o", folder / "out.jsonl")
    assert done.status == 1
    assert len(folder.rows()) == 3
    assert [(r["file"], r["line"]) for r in folder.rows("out.jsonl.rejects.jsonl")] == [(first, 2), (second, 3)]
    assert f"{second}:3: not JSON" in "".join(done.out.split("\n"))  # in a table the path may break over lines


def test_inputs_that_cant_be_read_are_named(folder: Folder, command: Callable[..., Done]) -> None:
    """A missing file and a folder: status 2, one line."""
    config = folder.config("short")
    missing = command("score", folder / "gone.jsonl", "-c", config)
    assert (missing.status, "gone.jsonl can't be read: No such file" in missing.err) == (2, True)
    directory = command("score", folder.path, "-c", config)
    assert (directory.status, "is a folder; name the files in it" in directory.err) == (2, True)


def test_columns_that_a_log_lacks_come_from_the_data_set(folder: Folder, command: Callable[..., Done]) -> None:
    """A trainer's table has prompts and completions; the solution is that of the data row with the same prompt."""
    chat = [{"role": "user", "content": "2 + 2?"}]
    data = [{"prompt": chat, "answer": "4"}, {"prompt": "3 + 3?", "answer": "6"}, {"prompt": "x", "answer": "1"}]
    data += [{"prompt": "x", "answer": "2"}, {"prompt": "3 + 3?", "answer": "6"}, {"answer": "9"}]
    rows = [
        {"prompt": chat, "completion": "4"},
        {"prompt": "3 + 3?", "completion": "7"},
        {"prompt": "unheard of", "completion": "1"},
        {"prompt": "x", "completion": "1"},
        {"prompt": "3 + 3?", "completion": "7", "answer": "7"},
    ]
    arguments = ("-c", folder.config("same"), "--join", folder.jsonl(data, "data.jsonl"), "--map", "solution=answer")
    given = folder.jsonl(rows)
    assert command("score", given, *arguments, "-o", folder / "out.jsonl").status == 1
    assert [(row["score"], row["score_kind"]) for row in folder.rows()] == [
        (1.0, None),
        (0.0, None),
        (None, "missing_column"),
        (1.0, None),  # its own answer comes before the data set's
    ]
    (reject,) = folder.rows("out.jsonl.rejects.jsonl")
    assert (reject["line"], "again in line 4, with other values" in reject["reason"]) == (4, True)
    assert "1 = 1 × same 1" in command("explain", given, *arguments, "--row", 1).out
    without = command("score", given, "-c", folder.config("same"), "--join", folder.jsonl([{"a": 1}], "none.jsonl"))
    assert (without.status, "no row has a prompt" in without.err) == (2, True)

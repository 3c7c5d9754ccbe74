"""`rewards audit` and `rewards lint`: what they print and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Done, Folder

FORMAT = '[[part]]\nuse = "think_format"\n'
SEARCH = '[reward]\nuse = "tests.cli.searching:searching"\n'
ACCURACY = '[reward]\nuse = "boxed_accuracy"\n'
CODE = '[reward]\nuse = "code_tests"\n'
ROUTE = """[reward]
use = "route"
column = "task"
[reward.rewards.maths]
use = "boxed_accuracy"
[reward.rewards.code]
use = "code_tests"
"""
PROGRAMS = [
    {"prompt": f"Times {n}.", "tests": [f"assert times(3) == {3 * n}"], "ref": f"def times(x):\n    return {n} * x"}
    for n in (2, 3, 4)
]
ROWS = [{"prompt": f"{n} + {n}?", "solution": str(2 * n)} for n in range(7, 12)]


@pytest.mark.parametrize(("toml", "status"), [(FORMAT, 0), (SEARCH, 1)])
def test_audit_ends_with_1_where_a_hack_pays(
    folder: Folder, command: Callable[..., Done], toml: str, status: int
) -> None:
    done = command("audit", folder.toml(toml), "--data", folder.jsonl(ROWS), "--rows", "3")
    assert done.status == status, done.err
    if status:
        assert "or " in done.out
        assert "every candidate boxed" in done.out
        assert "as right" in done.out
        assert "of them as much as an honest right answer" in done.out
    else:
        assert "does not tell right from wrong" in done.out
        assert "no hack earns more than an honest wrong answer" in done.out


def test_audit_takes_rows_spread_over_the_file_and_maps_columns(folder: Folder, command: Callable[..., Done]) -> None:
    rows = [{"question": row["prompt"], "answer": row["solution"]} for row in ROWS]
    arguments = ("--rows", "2", "--map", "solution=answer", "--map", "prompt=question")
    done = command("audit", folder.toml(SEARCH), "--data", folder.jsonl(rows), *arguments)
    assert done.status == 1, done.err
    assert "on 2 rows" in done.out
    assert "honest right answer earns 1, an honest wrong one 0" in done.out


def test_audit_without_references_says_so_in_one_line(folder: Folder, command: Callable[..., Done]) -> None:
    done = command("audit", folder.toml(SEARCH), "--data", folder.jsonl([{"prompt": "?"}]))
    assert done.status == 2
    assert done.err.count("\n") == 1
    assert "no row has a text in column 'solution'" in done.err


def test_audit_where_right_earns_no_more_than_wrong_is_one_line(folder: Folder, command: Callable[..., Done]) -> None:
    config = folder.toml('[reward]\nuse = "tests.cli.searching:announced"\n')
    done = command("audit", config, "--data", folder.jsonl(ROWS))
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "an honest right answer earns 0 and a wrong one 0, so no hack can be held against them" in done.err


def test_audit_of_programs_tries_programs(folder: Folder, command: Callable[..., Done]) -> None:
    arguments = ("audit", folder.toml(CODE), "--data", folder.jsonl(PROGRAMS), "--rows", "1")
    done = command(*arguments, "--reference", "ref", "--all")
    assert (done.status, "an honest right answer earns 1, an honest wrong one 0" in done.out) == (0, True), done.out
    assert "hard exit" in done.out
    done = command(*arguments)
    assert (done.status, "--reference" in done.err) == (2, True)


@pytest.mark.parametrize("command_name", ["audit", "lint"])
def test_a_reference_that_no_row_has_is_one_line(
    folder: Folder, command: Callable[..., Done], command_name: str
) -> None:
    """And not the reward's own column in its place."""
    given, config = folder.jsonl(ROWS), folder.toml(ACCURACY)
    arguments = (config, "--data", given) if command_name == "audit" else (given, "--config", config)
    done = command(command_name, *arguments, "--reference", "answr")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "no row has a column 'answr' for a reference; the columns there are: solution" in done.err


def test_audit_shows_the_line_and_the_reason_of_a_row_that_pays(folder: Folder, command: Callable[..., Done]) -> None:
    """The line of the file, and not the reason of a row where the hack pays less."""
    given = folder.raw(b"\n\n" + b"".join(json.dumps(row).encode() + b"\n" for row in ROWS))
    done = command("audit", folder.toml(SEARCH), "--data", given, "--rows", "2")
    assert done.status == 1, done.err
    assert "each. Line 3 " in " ".join(done.out.split())


def test_lint_counts_the_lines_of_the_file_everywhere(folder: Folder, command: Callable[..., Done]) -> None:
    """A blank line counts."""
    given = folder.raw(b'{"prompt": "a", "solution": "1"}\n\n{"prompt": "a", "solution": "2"}\n')
    assert "line 3: line 1 asks the same and has '1', this one '2'" in " ".join(command("lint", given).out.split())


def test_lint_of_sound_rows_ends_with_0(folder: Folder, command: Callable[..., Done]) -> None:
    done = command("lint", folder.jsonl(ROWS))
    assert (done.status, done.err) == (0, "")
    assert "every row can be trained on" in done.out


def test_lint_says_what_it_could_not_check_and_ends_with_2(folder: Folder, command: Callable[..., Done]) -> None:
    """Three sound rows, of which nothing but the tests was read: no word that all is well."""
    given = folder.jsonl(PROGRAMS)
    done = command("lint", given, "-c", folder.toml(CODE))
    told = " ".join(done.out.split())
    assert done.status == 2, done.err
    assert "✓" not in told
    assert "not checked, 3 rows: no right answer can be written down, for want of a text in column 'solution';" in told
    done = command("lint", given, "-c", folder.toml(CODE), "--reference", "ref")
    assert (done.status, "✓ every row can be trained on" in done.out) == (0, True), done.out


def test_lint_of_a_shape_that_it_can_not_guess_ends_with_2(folder: Folder, command: Callable[..., Done]) -> None:
    config = folder.toml('[reward]\nuse = "tests.cli.searching:announced"\n')
    done = command("lint", folder.jsonl(ROWS), "-c", config)
    told = " ".join(done.out.split())
    assert (done.status, "✓" in told) == (2, False)
    assert "not checked, 5 rows: a right answer, as lint writes it, is paid no more than a wrong one" in told


def test_lint_of_a_reward_that_needs_no_column_has_nothing_to_check(
    folder: Folder, command: Callable[..., Done]
) -> None:
    done = command("lint", folder.jsonl(ROWS), "-c", folder.toml(FORMAT))
    assert (done.status, "there was nothing to check" in " ".join(done.out.split())) == (0, True)


def test_lint_of_rows_that_are_routed_wants_the_columns_of_their_branch(
    folder: Folder, command: Callable[..., Done]
) -> None:
    mixed = [*({"task": "maths", **row} for row in ROWS), *({"task": "code", **row} for row in PROGRAMS)]
    done = command("lint", folder.jsonl(mixed), "-c", folder.toml(ROUTE), "--reference", "ref")
    assert (done.status, "every row can be trained on" in done.out) == (0, True), done.out


def test_lint_says_how_far_it_is(folder: Folder, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rewards.cli.progress.LINE_EVERY_S", 0.0)
    done = command("lint", folder.jsonl(ROWS))
    assert "5 of 5 rows held against the reward" in done.err


def test_lint_warns_of_lists_written_as_text(folder: Folder, command: Callable[..., Done]) -> None:
    done = command("lint", folder.jsonl([*ROWS, {"prompt": "2 + 2?", "solution": "['4']"}]))
    told = " ".join(done.out.split())
    assert "1 row with a reference that looks like a list or mapping written as text, which is read as words" in told
    assert ("such as line 6: column 'solution' is \"['4']\"" in told, done.status) == (True, 0)


def test_lint_names_faults_by_kind_and_line(folder: Folder, command: Callable[..., Done]) -> None:
    bad = [{"prompt": "a", "solution": ""}, {"prompt": "7 + 7?", "solution": "15"}, {"prompt": "b"}]
    done = command("lint", folder.jsonl([*ROWS, *bad]), "--config", folder.toml(ACCURACY))
    assert done.status == 1, done.err
    for text in ("reference empty", "line 6", "prompt contradicted", "line 7", "column missing", "line 8", "1 (12"):
        assert text in done.out, text


def test_lint_reports_lines_that_can_not_be_read(folder: Folder, command: Callable[..., Done]) -> None:
    done = command("lint", folder.raw(b'{"prompt": "1+1", "solution": "2"}\n{broken\n'))
    assert done.status == 1
    assert "can't be read: line 2: not JSON" in done.out


def test_lint_flags_nan_and_warns_of_placeholders(folder: Folder, command: Callable[..., Done]) -> None:
    """JSON's NaN is no reference; a text such as N/A may be one, so by itself it leaves the status at 0."""
    done = command("lint", folder.raw(b'{"prompt": "a", "solution": NaN}\n{"prompt": "b", "solution": "4"}\n'))
    assert (done.status, "line 1: column 'solution' is NaN" in done.out) == (1, True)
    done = command("lint", folder.jsonl([*ROWS, {"prompt": "who?", "solution": "N/A"}]))
    told = " ".join(done.out.split())
    assert f"1 row with a reference that may stand for none, such as line {len(ROWS) + 1}: " in told
    assert (done.status, "'N/A'" in told) == (0, True)


def test_check_counts_nan_as_no_value(folder: Folder, command: Callable[..., Done]) -> None:
    given = folder.raw(b'{"prompt": "a", "solution": NaN}\n{"prompt": "b", "solution": "4"}\n')
    done = command("check", folder.toml(ACCURACY), "--data", given)
    assert (done.status, "absent or null in 1 row" in " ".join(done.out.split())) == (1, True)

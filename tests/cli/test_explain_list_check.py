"""What explain, list and check print, and their exit statuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from rewards.adapters import SUPPLIES
from rewards.cli import list_rewards
from rewards.config import registry
from rewards.config.registry import REGISTRY

from .conftest import GRADERS, ROOT, Done, Folder

ROWS = [
    {"prompt": [{"role": "user", "content": "6 × 7?"}], "completion": "42", "solution": "42"},
    {"prompt": "line one\nline two", "completion": "x" * 5000 + " end", "solution": "bad"},
]


def flat(text: str) -> str:
    """The words of an output, however its lines break."""
    return " ".join(text.split())


def test_explain_shows_the_row_and_the_arithmetic(folder: Folder, command: Callable[..., Done]) -> None:
    """Prompt, completion and the needed column, then the sum in numbers and each part's reason."""
    done = command("explain", folder.jsonl(ROWS), "-c", folder.config("short", "same", same=0.5), "--row", 1)
    assert done.status == 0
    assert "user: 6 × 7?" in done.out
    assert "solution 42" in flat(done.out)
    assert "1.3 = 1 × short 0.8 + 0.5 × same 1" in done.out
    assert "short 0.8 2 characters" in flat(done.out)


def test_explain_shortens_what_is_long_and_says_why_there_is_no_number(
    folder: Folder, command: Callable[..., Done]
) -> None:
    """The beginning and the end of a completion are shown, line ends as marks; status 1 where it is unscored."""
    done = command("explain", folder.jsonl(ROWS), "-c", folder.config("same"), "--row", 2)
    assert done.status == 1
    assert "line one ⏎ line two" in done.out
    assert "more…]" in flat(done.out)
    assert "xxx end" in done.out
    assert len(done.out) < 1500
    assert "unscored: same failed: bad_reference (solution says bad)" in done.out


def test_explain_shows_a_group_aware_reward_the_whole_group(folder: Folder, command: Callable[..., Done]) -> None:
    """The third of four rollouts is the longest of its prompt."""
    rows = [{"prompt": f"q{i // 4}", "completion": "x" * (9 if i % 4 == 2 else 1)} for i in range(8)]
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:longest"')
    assert command("explain", folder.jsonl(rows), "-c", toml, "--row", 7).out.splitlines()[-1] == "1 = longest"
    assert command("explain", folder.jsonl(rows), "-c", toml, "--row", 6).out.splitlines()[-1] == "0 = longest"


def test_explain_shows_what_was_seen_besides_and_cuts_nothing_with_full(
    folder: Folder, command: Callable[..., Done]
) -> None:
    """Verdicts and a judge's text stand under the tree, bounded; --full shows them whole."""
    given, config = folder.jsonl([{"completion": "ab"}]), folder.config("short", "talkative")
    out = flat(command("explain", given, "-c", config, "--row", 1).out)
    assert 'talkative verdicts: ["pass", "fail"]' in out
    assert "text: abab" in out
    assert "more…]" in out
    assert len(out) < 1000
    assert "".join(command("explain", given, "-c", config, "--row", 1, "--full").out.split()).count("ab" * 4000) == 1


def routed(folder: Folder) -> str:
    """A reward for each of two tasks."""
    return folder.toml(
        f'[reward]\nuse = "route"\ncolumn = "task"\n[reward.rewards.a]\nuse = "{GRADERS}:same"\n'
        '[reward.rewards.b]\nuse = "exact_match"\nreference = "answer"\n'
    )


def cascade(folder: Folder) -> str:
    """`same` where there is a solution, else what needs an answer."""
    return folder.toml(
        f'[reward]\nuse = "first_scored"\n[[reward.rewards]]\nuse = "{GRADERS}:same"\n'
        '[[reward.rewards]]\nuse = "exact_match"\nreference = "answer"\n'
    )


CASCADES: list[tuple[str, list[dict[str, Any]], int, str]] = [
    (
        "each has one",
        [{"solution": "a"}, {"solution": None, "answer": "b"}],
        0,
        "'answer' is in all 1 row that need it",
    ),
    ("nobody comes to the last", [{"solution": "a"}] * 2, 0, "'answer' is needed by no row"),
    ("one has neither", [{"solution": "a"}, {"answer": "a"}, {}], 1, "'answer' is absent or null in 1 row (of 2 that"),
]


@pytest.mark.parametrize(("rows", "status", "said"), [c[1:] for c in CASCADES], ids=[c[0] for c in CASCADES])
def test_check_asks_first_scored_for_the_reward_that_a_row_comes_to(
    folder: Folder, command: Callable[..., Done], rows: list[dict[str, Any]], status: int, said: str
) -> None:
    """A row without the first one's column is the next one's."""
    done = command("check", cascade(folder), "--data", folder.jsonl(rows))
    assert (done.status, said in " ".join(done.out.split())) == (status, True), done.out


def test_explain_says_a_routes_reason_once(folder: Folder, command: Callable[..., Done]) -> None:
    """The head names the branch, the branch's line its reason; columns of other branches are not shown."""
    given = folder.jsonl([{"completion": "Paris", "task": "b", "answer": "Rome", "solution": "s"}])
    out = command("explain", given, "-c", routed(folder), "--row", 1).out
    assert out.count("'paris' is none of 'rome'") == 1
    assert "0 = b\n└─ b  0  " in out
    assert "solution" not in out


ROUTED: list[tuple[str, list[dict[str, Any]], int, str]] = [
    (
        "each row has its own branch's",
        [{"task": "a", "solution": "1"}, {"task": "b", "answer": "2"}],
        0,
        "column 'answer' is in all 1 row that need it, such as '2'",
    ),
    (
        "one row lacks its own",
        [{"task": "a", "solution": "1", "answer": None}, {"task": "b", "solution": "x"}, {"task": "b", "answer": "2"}],
        1,
        "column 'answer' is absent or null in 1 row (of 2 that need it, 50%), first in line 2",
    ),
    (
        "a value that no branch takes",
        [{"task": "a", "solution": "1"}, {"task": "c"}, {"task": "c"}],
        1,
        "column 'task' is 'c' in 2 rows, first in line 2; no route takes it, known are 'a', 'b'",
    ),
    (
        "a branch that no row takes",
        [{"task": "a", "solution": "1"}],
        0,
        "column 'answer' is needed by no row: none comes to the reward that needs it",
    ),
    ("no value", [{"task": "a", "solution": "1"}, {}], 1, "column 'task' is absent or null in 1 row (50%)"),
    ("all null", [{"task": "a", "solution": None}], 1, "column 'solution' is absent or null in 1 row (100%)"),
]


@pytest.mark.parametrize(("rows", "status", "said"), [case[1:] for case in ROUTED], ids=[case[0] for case in ROUTED])
def test_check_asks_of_each_row_what_its_own_branch_needs(
    folder: Folder, command: Callable[..., Done], rows: list[dict[str, Any]], status: int, said: str
) -> None:
    """A route needs of a row only its own branch's columns."""
    done = command("check", routed(folder), "--data", folder.jsonl(rows), "--trainer", "trl")
    assert (done.status, said in flat(done.out)) == (status, True), done.out


@pytest.mark.parametrize(
    ("row", "said"),
    [(4, "has no row on line 4; the last is on line 3"), (2, "line 2 can't be scored: not JSON")],
    ids=["behind the end", "malformed"],
)
def test_explain_refuses_a_row_that_is_none(folder: Folder, command: Callable[..., Done], row: int, said: str) -> None:
    """Status 2 and a line."""
    given = folder.raw(b'{"completion": "a"}\n{\n{"completion": "b"}\n')
    done = command("explain", given, "-c", folder.config("short"), "--row", row)
    assert (done.status, said in done.err) == (2, True)


def test_escape_sequences_in_completions_never_reach_the_terminal(folder: Folder, command: Callable[..., Done]) -> None:
    """A completion that clears the screen or rewrites the line is shown as what it is."""
    given = folder.jsonl([{"completion": "\x1b[2J\x1b]0;owned\x07\r4"}, {"completion": "\x9b2J"}])
    config = folder.config("echo")
    for row in (1, 2):
        out = command("explain", given, "-c", config, "--row", row).out
        assert not {"\x1b", "\x07", "\r", "\x9b"} & set(out)
    broken = folder.jsonl([{"completion": "a"}, {"completion": 3, "\x1b[2J": 1}, {"\x1b[2J": 1}], "broken.jsonl")
    table = command("score", broken, "-c", config).out
    assert "\x1b" not in table
    assert "kept out" in table


def test_list_has_every_name_with_its_range_and_needs(command: Callable[..., Done]) -> None:
    """Each registered name stands at the beginning of a line, with what it needs."""
    done = command("list")
    assert done.status == 0
    begins = [line.split()[0] for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert set(REGISTRY) <= set(begins)
    accuracy = next(line for line in done.out.splitlines() if line.startswith("boxed_accuracy"))
    assert "0 … 1" in accuracy
    assert accuracy.rstrip().endswith("solution")


def test_list_of_one_prints_its_call_and_description(command: Callable[..., Done]) -> None:
    """The signature, the arguments, what it needs and when it is unscored."""
    done = command("list", "gate")
    assert done.out.startswith("gate(condition: Reward, *, then: Reward, at_least: float = 1.0")
    assert "Unscored:" in done.out


def test_list_shows_what_packages_publish_and_what_cant_be_loaded(
    command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken package is named and breaks nothing."""
    from importlib.metadata import EntryPoint

    points = {
        "theirs": [EntryPoint("theirs", "rewards.rules.accuracy:boxed_accuracy", "rewards")],
        "gone": [EntryPoint("gone", "no_such_package:x", "rewards")],
    }
    monkeypatch.setattr(list_rewards, "installed", lambda: points)
    monkeypatch.setattr(registry, "installed", lambda: points)
    out = command("list").out
    assert "from other packages" in out
    assert "theirs" in out
    assert "no module 'no_such_package'" in flat(out)


def test_check_names_what_a_trainer_does_not_pass_with_the_remedy(folder: Folder, command: Callable[..., Done]) -> None:
    """verl's function gets no ids and nobody passes a finish reason: status 1; each line says what to do."""
    config = folder.config("wants_ids")
    done = command("check", config, "--trainer", "verl")
    assert done.status == 1
    for remedy in ("completion_ids", "finish_reason"):
        assert f"wants_ids needs {remedy}, which verl's reward function does not pass: " in flat(done.out)
        assert SUPPLIES["verl"].remedies[remedy] in flat(done.out)


def test_check_ends_with_0_where_the_trainer_passes_all(folder: Folder, command: Callable[..., Done]) -> None:
    """TRL passes every column, in capitals too."""
    done = command("check", folder.config("same"), "--trainer", "TRL")
    assert (done.status, "TRL: all it needs is passed" in flat(done.out)) == (0, True)


def test_check_without_a_trainer_shows_all_and_refuses_none(folder: Folder, command: Callable[..., Done]) -> None:
    """An overview is no verdict: status 0."""
    done = command("check", folder.config("wants_ids"))
    assert done.status == 0
    for trainer in {supplies.trainer for supplies in SUPPLIES.values()}:
        assert trainer in flat(done.out)


DATA: list[tuple[str, list[dict[str, Any]], int, str]] = [
    ("all there", [{"solution": "4"}] * 3, 0, "column 'solution' is in all 3 rows, such as '4'"),
    ("some null", [{"solution": "4"}, {"solution": None}, {}], 1, "absent or null in 2 rows (66.7%), first in line 2"),
    ("another name", [{"answer": "4"}] * 3, 1, "no row has a column 'solution'; the columns there are: answer"),
    ("no rows", [], 1, "has no rows"),
]


@pytest.mark.parametrize(("rows", "status", "said"), [case[1:] for case in DATA], ids=[case[0] for case in DATA])
def test_check_looks_for_the_columns_in_the_data(
    folder: Folder, command: Callable[..., Done], rows: list[dict[str, Any]], status: int, said: str
) -> None:
    """A data set needs no completions to be checked."""
    done = command("check", folder.config("same"), "--data", folder.jsonl(rows), "--trainer", "trl")
    assert (done.status, said in flat(done.out)) == (status, True), done.out


def test_check_maps_columns(folder: Folder, command: Callable[..., Done]) -> None:
    """What score maps, check maps."""
    data = folder.jsonl([{"answer": "4"}])
    assert command("check", folder.config("same"), "--data", data, "--map", "solution=answer").status == 0


def test_the_version_and_the_help_name_the_statuses(command: Callable[..., Done]) -> None:
    """`--help` documents what the exit status says."""
    assert command("--version").out.startswith("rewards ")
    text = command("--help").out
    assert "exit status" in text
    assert all(f"\n  {status}  " in text for status in (0, 1, 2, 3))


def test_the_command_loads_no_heavy_library() -> None:
    """pyarrow is loaded for parquet only, sympy by workers only, torch never."""
    code = "import sys, rewards.cli.score; print(sorted({'torch', 'pyarrow', 'sympy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"

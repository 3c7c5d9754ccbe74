"""`--map`: a name that nothing reads, and a column that no row has, end the command with the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import GRADERS, Done, Folder

ROWS = [{"prompt": "p", "completion": "a", "solution": "a", "answer": "b"}] * 3


def asked(folder: Folder, name: str, rows: list[dict[str, Any]]) -> list[Any]:
    given, config = folder.jsonl(rows), folder.config("same")
    return {
        "score": ["score", given, "-c", config],
        "explain": ["explain", given, "-c", config, "--row", 2],
        "prefer": ["prefer", given, "-c", config, "-o", folder / "out.jsonl"],
        "filter": ["filter", given, "-c", config, "-o", folder / "out.jsonl"],
        "lint": ["lint", given, "-c", config],
        "audit": ["audit", config, "--data", given],
    }[name]


NAMES = ["score", "explain", "prefer", "filter", "lint", "audit"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lacks", [False, True])
def test_a_map_to_a_column_that_no_row_has(
    folder: Folder, command: Callable[..., Done], name: str, lacks: bool
) -> None:
    """Whether a column of the name itself is there or not: it is not what was asked for."""
    rows = [{key: value for key, value in row.items() if not (lacks and key == "solution")} for row in ROWS]
    done = command(*asked(folder, name, rows), "--map", "solution=anwser")
    assert (done.status, done.err.count("\n")) == (2, 1), done.err
    assert "no column 'anwser'; did you mean 'answer'?" in done.err
    assert "--map solution=answer" in done.err
    assert "boxed_accuracy(" not in done.err


@pytest.mark.parametrize("name", NAMES)
def test_a_map_to_a_name_that_nothing_reads(folder: Folder, command: Callable[..., Done], name: str) -> None:
    """With the names that are read."""
    done = command(*asked(folder, name, ROWS), "--map", "solutio=answer")
    assert (done.status, done.err.count("\n")) == (2, 1), done.err
    assert "nothing reads 'solutio'; did you mean 'solution'?" in done.err
    assert command(*asked(folder, name, ROWS), "--map", "unlike=answer").status == 2


def test_a_prompt_that_is_mapped_to_nothing_is_refused(folder: Folder, command: Callable[..., Done]) -> None:
    done = command(*asked(folder, "score", ROWS), "--map", "prompt=promt")
    assert (done.status, "no column 'promt'" in done.err) == (2, True)


def test_a_map_that_is_not_needed_is_told_to_go(folder: Folder, command: Callable[..., Done]) -> None:
    done = command(*asked(folder, "score", ROWS), "--map", "solution=solutoin")
    assert "Leave out --map solution=solutoin" in done.err
    done = command(*asked(folder, "score", ROWS), "--map", "completion=response")
    assert "no column 'response'; " in done.err
    assert "Leave out --map completion=response" in done.err


def test_a_row_without_the_mapped_column_has_none(folder: Folder, command: Callable[..., Done]) -> None:
    """Its own `solution` is not taken instead: the row fails, the others are scored."""
    rows = [{**ROWS[0], "answer": "a"}, {"completion": "a", "solution": "a"}]
    arguments = [*asked(folder, "score", rows), "--map", "solution=answer", "-o", folder / "out.jsonl"]
    assert command(*arguments).status == 1
    assert [row["score_kind"] for row in folder.rows()] == [None, "missing_column"]


ROUTE = f"""[reward]
use = "route"
column = "task"
rewards.maths = {{ use = "{GRADERS}:same" }}
rewards.chat = {{ use = "{GRADERS}:short" }}
"""


def test_a_column_that_only_later_rows_need_may_come_later(folder: Folder, command: Callable[..., Done]) -> None:
    """A file sorted by task: the first 64 rows go by a route that does without it."""
    chat, maths = {"completion": "a", "task": "chat"}, {"completion": "a", "task": "maths", "answer": "a"}
    given = folder.jsonl([chat] * 64 + [maths] * 4)
    done = command("score", given, "-c", folder.toml(ROUTE), "--map", "solution=answer", "-o", folder / "out.jsonl")
    assert done.status == 0, done.err
    assert [row["score"] for row in folder.rows()] == [0.9] * 64 + [1.0] * 4


@pytest.mark.parametrize("grader", ["with_default", "sees_all"])
def test_a_column_that_a_reward_can_do_without_may_be_mapped(
    folder: Folder, command: Callable[..., Done], grader: str
) -> None:
    """A parameter with a default, and whatever a function with the whole rollout looks at."""
    toml = folder.toml(f'[reward]\nuse = "{GRADERS}:{grader}"')
    done = command("score", folder.jsonl(ROWS), "-c", toml, "--map", "weight=answer", "-o", folder / "out.jsonl")
    assert done.status == 0, done.err
    assert [row["score_why"] for row in folder.rows()] == ["b"] * 3


def test_a_join_whose_prompts_are_others_is_told_apart(folder: Folder, command: Callable[..., Done]) -> None:
    """The column is in the data set, so the fault is with the prompts."""
    rows = [{"prompt": "p", "completion": "a"}] * 2
    data = folder.jsonl([{"prompt": "other", "answer": "a"}], "data.jsonl")
    done = command(*asked(folder, "score", rows), "--join", data, "--map", "solution=answer")
    assert (done.status, "no prompt of its first 2 rows is in --join" in done.err) == (2, True), done.err


def test_judge_eval_holds_maps_to_the_layouts(folder: Folder, command: Callable[..., Done]) -> None:
    rows = [{"prompt": f"q{at}", "chosen": "a", "rejected": "longer", "better": "b"} for at in range(3)]
    judged = ["judge-eval", folder.jsonl(rows), "-c", folder.config("short")]
    assert "nothing reads 'chosn'; did you mean 'chosen'?" in command(*judged, "--map", "chosn=better").err
    done = command(*judged, "--map", "chosen=bettr")
    assert (done.status, "no column 'bettr'; did you mean 'better'?" in done.err) == (2, True), done.err
    assert command(*judged, "--map", "chosen=better").status == 0


def test_a_column_that_neither_has_is_looked_for_in_the_data_set_too(
    folder: Folder, command: Callable[..., Done]
) -> None:
    """With --join the column to choose is one of the data set's, so those are named."""
    data = folder.jsonl([{"prompt": "p", "answer": "a", "level": 1}], "data.jsonl")
    rows = folder.jsonl([{"prompt": "p", "completion": "a"}], "rows.jsonl")
    arguments = ("score", rows, "-c", folder.config("same"), "--join", data)
    said = "; the columns there are: prompt, completion; in --join: prompt, answer, level. Say which one it is: "
    done = command(*arguments)
    assert done.err == f"rewards: {rows} has no column 'solution', nor has --join{said}--map solution=COLUMN\n"
    slip = command(*arguments, "--map", "solution=anwser").err
    assert "nor has --join; did you mean 'answer'?" in slip
    assert slip.endswith("--map solution=answer\n")
    assert command(*arguments, "--map", "solution=answer").status == 0

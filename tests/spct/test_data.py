"""Trajectories and the data made of them, with a judge that is a function."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rewards.evaluation import Item
from rewards.models import grm
from rewards.models.engines import Answer, EngineFailure, Request, ScriptedEngine
from rewards.spct import (
    Draw,
    Incomplete,
    Trajectory,
    Wording,
    journal,
    judges_right,
    meta_rows,
    read_trajectories,
    rft_rows,
    rl_rows,
    sample_trajectories,
)
from rewards.spct.wording import hint_for, shuffled

WORDING = Wording()


def item(name: str, *labels: float, **columns: Any) -> Item:
    return Item(f"question {name}", tuple(f"{name} answer {at}" for at in range(len(labels))), labels, "", columns)


ITEMS = [item("hard", 0, 1), item("easy", 1, 0), item("three", 0, 0, 1), item("lone", 1)]


def shown_in(prompt: str) -> list[str]:
    return re.findall(r"\[response \d+ \w+\]\n(.*?)\n\[end of response", prompt)


def script(prompt: str, sample: int) -> str:
    """Right on `easy` always; on the others right where it is hinted, and on `three` every other time."""
    shown = shown_in(prompt)
    best = {"hard": "answer 1", "easy": "answer 0", "three": "answer 2", "lone": "answer 0"}[shown[0].split()[0]]
    right = "question easy" in prompt or "Hint:" in prompt or ("question three" in prompt and "answer 2" in shown[0])
    if len(shown) == 1:
        return rf"\boxed{{{int(right)}}}"
    scores = [8 if (best in text) == right else 3 for text in shown]
    return rf"Critique. \boxed{{{', '.join(map(str, scores))}}}"


def test_prompts_are_those_of_grm_over_a_shuffle() -> None:
    """What the judge is trained on is what `grm` asks, letter by letter."""
    engine = ScriptedEngine(script)
    reward = grm(engine, group_size=2)
    reward(completions=list(ITEMS[0].responses), prompts=[ITEMS[0].prompt] * 2)
    asked = [dict(message) for message in engine.requests[0].chat]
    assert asked in [WORDING.chat(ITEMS[0], order) for order in ((0, 1), (1, 0))]
    thought = Item("think", ("<think>secret</think>yes", "no" * 30), (1, 0))
    for view in ("reply", "full"):
        engine = ScriptedEngine([r"\boxed{2, 1}"])
        grm(engine, group_size=2, view=view, max_characters=40)(
            completions=list(thought.responses), prompts=["think"] * 2
        )
        own = Wording(view=view, max_characters=40)
        assert [dict(message) for message in engine.requests[0].chat] in [
            own.chat(thought, o) for o in ((0, 1), (1, 0))
        ]
        assert ("secret" in str(own.chat(thought, (0, 1)))) == (view == "full")
    lone = ScriptedEngine([r"\boxed{1}"])
    grm(lone, points=(0, 1))(completions=list(ITEMS[3].responses), prompts=[ITEMS[3].prompt])
    assert [dict(message) for message in lone.requests[0].chat] == WORDING.chat(ITEMS[3], (0,))


def test_judgements_are_labelled_and_hinted_where_asked(tmp_path: Path) -> None:
    engine = ScriptedEngine(script)
    found = sample_trajectories(engine, ITEMS, tmp_path / "t.jsonl", wording=WORDING, draw=Draw(n=3, hinted=1))
    assert [len(said) for said in found] == [4, 4, 4, 4]
    hard, easy, _, lone = found
    assert [one.right for one in hard] == [one.hinted for one in hard]
    assert all(one.right for one in easy)
    assert [one.right for one in lone] == [one.hinted for one in lone]
    for given, said in zip(ITEMS, found, strict=True):
        for one in said:  # held once more against the labels, by the reward of eq. 11
            columns = {"labels": [given.labels], "order": [one.order], "points": [WORDING.scale(given)]}
            assert judges_right()(completions=[one.text], **columns) == [1.0 if one.right else -1.0]
    assert read_trajectories(tmp_path / "t.jsonl", ITEMS) == found


def test_shuffles_differ_between_samples_and_repeat_between_runs() -> None:
    many = [item(f"q{at}", 0, 1) for at in range(400)]
    first = sum(shuffled(one, 0, 0)[0] for one in many)
    assert 160 <= first <= 240  # 200 expected, standard deviation 10
    assert sum(shuffled(one, 0, 0) == shuffled(one, 0, 1) for one in many) < 260
    assert [shuffled(one, 0, 0) for one in many] == [shuffled(one, 0, 0) for one in many]
    assert [shuffled(one, 0, 0) for one in many] != [shuffled(one, 1, 0) for one in many]


def test_a_hint_names_the_place_and_the_strength() -> None:
    assert hint_for(ITEMS[2], (2, 0, 1)) == "Hint: the best response is response 1."
    assert hint_for(ITEMS[2], (0, 1, 2)) == "Hint: the best response is response 3."
    assert hint_for(item("x", 1, 0, strength="much better"), (1, 0)).endswith("response 2 (much better).")
    assert hint_for(ITEMS[3], (0,)) == "Hint: the response deserves 1."


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    whole = sample_trajectories(ScriptedEngine(script), ITEMS, tmp_path / "whole.jsonl", draw=Draw(at_once=1))

    class Dies(BaseException):  # as what ends a process is; an engine's own errors fail its items
        pass

    def dying(prompt: str, sample: int) -> str:
        if "question three" in prompt:
            raise Dies
        return script(prompt, sample)

    with pytest.raises(Dies):
        sample_trajectories(ScriptedEngine(dying), ITEMS, path, draw=Draw(at_once=1))
    with path.open("ab") as file:  # killed in the middle of a line
        file.write(b'{"row": 2, "item": "x", "traj')
    engine = ScriptedEngine(script)
    assert sample_trajectories(engine, ITEMS, path, draw=Draw(at_once=1)) == whole
    assert not any(
        "question easy" in str(request.chat) or "question hard" in str(request.chat) for request in engine.requests
    )
    assert path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


class Failing(ScriptedEngine):
    """Fails for prompts with a word."""

    def generate(self, requests: Sequence[Request], /) -> list[Answer]:
        answers = super().generate(requests)
        return [
            EngineFailure("down") if "question three" in str(request.chat) else answer
            for request, answer in zip(requests, answers, strict=True)
        ]


def test_what_the_engine_could_not_do_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    with pytest.raises(Incomplete, match=r"1 of 4 items have no judgement, such as: down"):
        sample_trajectories(Failing(script), ITEMS, path)
    with pytest.raises(ValueError, match="3 of 4 items"):
        read_trajectories(path, ITEMS)
    engine = ScriptedEngine(script)
    assert len(sample_trajectories(engine, ITEMS, path)) == 4
    assert all("question three" in str(request.chat) for request in engine.requests)


def test_judgements_of_other_items_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    sample_trajectories(ScriptedEngine(script), ITEMS, path)
    with pytest.raises(ValueError, match="other items"):
        sample_trajectories(ScriptedEngine(script), [*ITEMS[1:], ITEMS[0]], path)


def made(right: bool, hinted: bool = False, scores: tuple[float, ...] | None = (8, 3)) -> Trajectory:
    return Trajectory((1, 0), hinted, "said", scores, right)


def test_rejection_drops_wrong_judgements_and_easy_items() -> None:
    """hard: 1 right of 2 plain and its hinted one are kept; easy: all plain right, nothing is kept."""
    items = [ITEMS[0], ITEMS[1], item("never", 0, 1)]
    trajectories = [
        [made(True), made(False), made(True, hinted=True)],
        [made(True), made(True), made(True, hinted=True)],
        [made(False), made(False), made(False, hinted=True)],
    ]
    rows, counts = rft_rows(items, trajectories, WORDING)
    assert counts == {"items": 3, "too_easy": 1, "wrong": 4, "plain": 1, "hinted": 1}
    assert [row["hinted"] for row in rows] == [False, True]
    assert {json.dumps(row["prompt"]) for row in rows} == {json.dumps(WORDING.chat(ITEMS[0], (1, 0)))}
    assert "Hint" not in json.dumps(rows)
    assert rows[0]["completion"] == [{"role": "assistant", "content": "said"}]
    assert rows[0]["order"] == [1, 0]
    assert rows[0]["item"] == rows[1]["item"]


def test_rl_rows_leave_out_what_is_always_right_and_reshuffle_each_pass() -> None:
    trajectories = [[made(True), made(False)], [made(True), made(True)], [made(False)], [made(False)]]
    rows, counts = rl_rows(ITEMS, trajectories, WORDING, passes=8)
    assert counts == {"items": 4, "always_right": 1}
    assert len(rows) == 3 * 8
    hard = [row for row in rows if "hard" in str(row["prompt"])]
    assert {tuple(row["order"]) for row in hard} == {(0, 1), (1, 0)}
    for row in rows:  # the order in the column is the one in the prompt
        shown = [int(text.rsplit(" ", 1)[1]) for text in shown_in(row["prompt"][0]["content"])]
        assert shown == row["order"]
    assert {tuple(row["points"]) for row in rows} == {(1, 10), (0, 1)}
    assert len(rl_rows(ITEMS, None, WORDING).rows) == 4


def test_meta_rows_are_labelled_by_equation_10_without_hints() -> None:
    trajectories = [[made(True), made(False), made(True, hinted=True), made(False, scores=None)]]
    rows, counts = meta_rows(ITEMS[:1], trajectories, WORDING)
    assert counts == {"right": 1, "wrong": 1, "hinted": 1, "unread": 1}
    assert [row["label"] for row in rows] == [1.0, 0.0]
    assert rows[0]["chat"] == WORDING.meta_chat(ITEMS[0], (1, 0), "said")


def test_a_journal_names_the_line_that_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\nnot json\n')
    with pytest.raises(ValueError, match="line 2: not JSON"):
        journal.read(path)
    path.write_text("[1]\n")
    with pytest.raises(ValueError, match="line 1: a row is a JSON object, got list"):
        journal.read(path)


@pytest.mark.parametrize("arguments", [{"n": -1}, {"n": 0, "hinted": 0}, {"at_once": 0}, {"temperature": -1.0}])
def test_draws_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Draw(**arguments)

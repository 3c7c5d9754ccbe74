"""What a stage made, how, and from what: nothing edited, foreign or half made is taken for it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rewards.spct import artefacts
from rewards.spct.artefacts import Busy, Changed, checked, digest_of_model, make


def writes(text: str) -> Any:
    def work(to: Path) -> Mapping[str, Any]:
        (to / "rows.jsonl").write_text(text)
        (to / "model.safetensors").write_text("weights")
        (to / "checkpoints").mkdir(exist_ok=True)
        (to / "checkpoints" / "state").write_text("scratch")
        return {"rows": 1}

    return work


def test_a_record_says_how_from_what_with_which_versions_and_what_came_out(tmp_path: Path) -> None:
    record, fresh = make(tmp_path / "a", "a", {"seed": 1, "parent": "abc"}, writes("x"))
    assert fresh
    assert record == json.loads((tmp_path / "a" / "made.json").read_text())
    assert record["how"] == {"seed": 1, "parent": "abc"}
    assert record["found"] == {"rows": 1}
    assert {"rewardfn", "python"} <= set(record["versions"])
    assert (
        record["files"]
        == {  # scratch is no part of it
            "model.safetensors": hashlib.sha256(b"weights").hexdigest()[:16],
            "rows.jsonl": hashlib.sha256(b"x").hexdigest()[:16],
        }
    )
    assert make(tmp_path / "a", "a", {"seed": 1, "parent": "abc"}, writes("y")) == (record, False)


def test_a_key_tells_what_came_out_apart_too(tmp_path: Path) -> None:
    keys = {
        make(tmp_path / name, "a", how, writes(text))[0]["key"]
        for name, how, text in (("1", {"seed": 1}, "x"), ("2", {"seed": 2}, "x"), ("3", {"seed": 1}, "y"))
    }
    assert len(keys) == 3
    again, _ = make(tmp_path / "4", "a", {"seed": 1}, writes("x"))
    assert again["key"] in keys


def test_an_edited_or_lost_file_is_refused_and_deleted_weights_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    make(folder, "a", {}, writes("x"))
    (folder / "model.safetensors").unlink()
    assert checked(folder) is not None
    (folder / "rows.jsonl").write_text("edited")
    with pytest.raises(Changed, match=r"rows.jsonl was edited since it was made; delete"):
        checked(folder)
    (folder / "rows.jsonl").unlink()
    with pytest.raises(Changed, match="is gone"):
        checked(folder)


def test_a_try_that_made_nothing_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    def refused(to: Path) -> Mapping[str, Any]:
        raise ValueError("no such setting")

    def half(to: Path) -> Mapping[str, Any]:
        (to / "rows.jsonl").write_text("half")
        raise ValueError("killed")

    with pytest.raises(ValueError, match="no such setting"):
        make(tmp_path / "a", "a", {"setting": "wrong"}, refused)
    with pytest.raises(ValueError, match="killed"):
        make(tmp_path / "a", "a", {"setting": "right"}, half)
    with pytest.raises(Changed, match="setting"):  # what was begun in one way is not gone on with in another
        make(tmp_path / "a", "a", {"setting": "third"}, writes("x"))
    assert make(tmp_path / "a", "a", {"setting": "right"}, writes("x"))[1]


HOLDS = """
import pathlib, sys
from rewards.spct import artefacts
from rewards.spct.artefacts import make

def work(to):
    print("holding", flush=True)
    sys.stdin.read()
    return {}

make(pathlib.Path(sys.argv[1]), "a", {}, work)
"""


def test_two_processes_never_make_one_artefact(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "a")]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "holding\n"
        with pytest.raises(Busy, match=f"being made by process {other.pid}"):
            make(tmp_path / "a", "a", {}, writes("x"))
        other.kill()  # the system takes back the lock of a process that was killed
        other.wait()
        assert make(tmp_path / "a", "a", {}, writes("x"))[1]


def test_a_command_with_another_recipe_takes_nothing_from_one_at_work(tmp_path: Path) -> None:
    """It struck out how the other had begun; the other was killed, and its rows were taken for the new recipe's."""
    folder = tmp_path / "a"

    def killed(to: Path) -> Mapping[str, Any]:
        with pytest.raises(Busy):
            make(folder, "a", {"recipe": 2}, writes("second"))
        (to / "rows.jsonl").write_text("first")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(folder, "a", {"recipe": 1}, killed)
    with pytest.raises(Changed, match="recipe: 1 then, 2 now"):
        make(folder, "a", {"recipe": 2}, writes("second"))
    assert make(folder, "a", {"recipe": 1}, writes("first"))[1]


def test_what_another_process_finished_meanwhile_is_not_made_again(tmp_path: Path, monkeypatch: Any) -> None:
    """It ends between our look at the record and our turn."""
    alone = artefacts._alone

    @contextmanager
    def after_another(folder: Path) -> Iterator[None]:
        monkeypatch.setattr(artefacts, "_alone", alone)
        make(folder, "a", {}, writes("theirs"))
        with alone(folder):
            yield

    monkeypatch.setattr(artefacts, "_alone", after_another)
    record, fresh = make(tmp_path / "a", "a", {}, writes("ours"))
    assert not fresh
    assert (tmp_path / "a" / "rows.jsonl").read_text() == "theirs"
    assert record == json.loads((tmp_path / "a" / "made.json").read_text())


def test_a_models_folder_is_told_by_its_weights(tmp_path: Path) -> None:
    def model(name: str, last: bytes) -> str:
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(b"w" * 3_000_000 + last)
        (tmp_path / name / "config.json").write_text("{}")
        return str(tmp_path / name)

    assert digest_of_model(model("a", b"1")) == digest_of_model(model("b", b"1")) != digest_of_model(model("c", b"2"))
    assert digest_of_model("Qwen/Qwen2.5-7B-Instruct") is None

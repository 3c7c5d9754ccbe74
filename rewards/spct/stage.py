"""What all stages of the recipe share: where they are, what they rest on, how they are sampled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rewards.evaluation import Item
from rewards.models.engines import Engine
from rewards.spct import journal
from rewards.spct.artefacts import Changed, checked, digest_of_file, digest_of_model
from rewards.spct.data import Rows
from rewards.spct.recipe import Recipe
from rewards.spct.trajectories import Draw, Trajectory, read_trajectories, sample_trajectories
from rewards.spct.wording import Wording

Report = Callable[[str], None]
Done = tuple[dict[str, Any], bool]
ROWS, TRAJECTORIES = "rows.jsonl", "trajectories.jsonl"


class Missing(RuntimeError):
    """A stage needs the artefact of an earlier one that is not there."""


def folder(recipe: Recipe, stage: str) -> Path:
    """Where a stage's artefact is."""
    return Path(recipe.output) / stage


def key(recipe: Recipe, stage: str, wording: Wording | None = None) -> str:
    """What tells an earlier stage's artefact from one made in another way.

    Args:
        recipe: what is made.
        stage: the earlier stage.
        wording: what its judgements must have been asked with, where they are used under the recipe's wording again.

    Raises:
        Missing: it is not there, or not finished.
        Changed: it was edited since, or asked in another wording.
    """
    record = checked(folder(recipe, stage))
    if record is None:
        raise Missing(f"{folder(recipe, stage)} is not there, or not finished; run the stage {stage!r} first")
    if wording is not None and record["how"].get("wording") != wording.digest:
        raise Changed(
            f"{folder(recipe, stage)} was asked in another wording than the recipe's; delete it, or take back what was "
            "changed in [wording] or its templates"
        )
    found: str = record["key"]
    return found


def digest(path: str | None) -> str | None:
    """What tells a file of the user's from another."""
    return None if path is None else digest_of_file(path)


def begun_from(model: str) -> dict[str, Any]:
    """How a record names a model that no stage made."""
    return {"model": model, "model_digest": digest_of_model(model)}


def built_from(table: Mapping[str, Any]) -> dict[str, Any]:
    """How a record names an engine that brings a model of its own."""
    told = digest_of_model(table["model"]) if isinstance(table.get("model"), str) else None
    return {"sampler": dict(table), **({} if told is None else {"sampler_digest": told})}


def tuned(recipe: Recipe, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What decides a training run beside its data and where it starts."""
    return {"settings": dict(settings), "lora": None if recipe.lora is None else dict(recipe.lora), "seed": recipe.seed}


def drawn(draw: Draw) -> dict[str, Any]:
    """What decides what is drawn."""
    return {name: value for name, value in asdict(draw).items() if name != "at_once"}


def judged(
    engine: Engine, items: list[Item], path: Path, recipe: Recipe, draw: Draw, report: Report
) -> list[list[Trajectory]]:
    """Judgements of the items in a file, those that it lacks drawn now."""

    def progress(done: int, of: int) -> None:
        report(f"{path.parent.name}: {done} of {of} items")

    return sample_trajectories(engine, items, path, wording=recipe.wording, draw=draw, progress=progress)


def shares(said: Sequence[Sequence[Trajectory]]) -> dict[str, Any]:
    """How many judgements there are, and which share of them is right, or can't be read."""
    plain = [one for own in said for one in own if not one.hinted]
    hinted = [one for own in said for one in own if one.hinted]
    found: dict[str, Any] = {"items": len(said), "judgements": len(plain) + len(hinted)}
    for name, those in (("plain", plain), ("hinted", hinted)):
        if those:
            found[f"{name}_right"] = sum(one.right for one in those) / len(those)
            found[f"{name}_unread"] = sum(one.scores is None for one in those) / len(those)
    return found


def kept(recipe: Recipe, stage: str, items: Sequence[Item], name: str = TRAJECTORIES) -> list[list[Trajectory]]:
    """The judgements that a stage drew."""
    return read_trajectories(folder(recipe, stage) / name, items)


def written(rows: Rows, to: Path) -> Mapping[str, Any]:
    """Rows of a data set on the disk, and their counts."""
    journal.write(to / ROWS, rows.rows)
    return {"rows": len(rows.rows), **rows.counts}

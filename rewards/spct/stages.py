"""The stages of the recipe, in order; each is resumable, recorded, and can be run alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rewards.models.engines import Engine
from rewards.spct import journal, measuring
from rewards.spct.artefacts import make
from rewards.spct.data import Rows, meta_rows, rft_rows, rl_rows
from rewards.spct.meta_tuning import train_meta
from rewards.spct.recipe import JUDGES, Recipe, read_items
from rewards.spct.stage import (
    ROWS,
    TRAJECTORIES,
    Done,
    Missing,
    Report,
    begun_from,
    built_from,
    digest,
    drawn,
    folder,
    judged,
    kept,
    key,
    shares,
    tuned,
    written,
)
from rewards.spct.tuning import train_rl, train_sft

__all__ = ["MODELS", "STAGES", "Missing", "chosen_of", "folder", "run"]


def run(recipe: Recipe, stages: Sequence[str] | None = None, report: Report = lambda line: None) -> dict[str, Any]:
    """Run stages in their order, all in this process; those that are done are left as they are.

    Gives their records, by name. Models of one stage may hold memory in the next: `rewards spct` runs each stage that
    loads one in a process of its own.

    Args:
        recipe: what to do.
        stages: which; by default all that the recipe asks for.
        report: told a line for each stage, and as judgements come.

    Raises:
        ValueError: for a stage that is not in `STAGES`.
        Missing: an earlier stage that a chosen one needs was not run.
        Changed: an artefact is there that was made in another way.
    """
    records = {}
    for name in chosen_of(recipe, stages):
        record, fresh = STAGES[name](recipe, report)
        report(f"{name}: {_told(record['found'])}{'' if fresh else ' (done before)'}")
        records[name] = record
    return records


def chosen_of(recipe: Recipe, stages: Sequence[str] | None = None) -> list[str]:
    """The stages that were named, or else all that the recipe asks for, in their order.

    Raises:
        ValueError: for a stage that is not in `STAGES`.
    """
    unknown = sorted(set(stages or ()) - set(STAGES))
    if unknown:
        raise ValueError(f"there is no stage {unknown[0]!r}; they are {', '.join(STAGES)}")
    if stages is not None:
        return [name for name in STAGES if name in stages]
    measured = {f"ask_{judge}" for judge in recipe.evaluate.judges} | {"weigh", "evaluate"}
    if recipe.test is None:
        measured = set()
    elif not set(recipe.evaluate.votes_of) & set(recipe.evaluate.judges):
        measured.discard("weigh")
    return [name for name in STAGES if name in TRAINING or name in measured]


def sample(recipe: Recipe, report: Report) -> Done:
    """Judgements of the training items, hinted and plain."""
    by = begun_from(recipe.model) if recipe.sampler is None else built_from(recipe.sampler)
    return _sampled(recipe, "sample", {**by, "engine": dict(recipe.engine)}, recipe.first_sampler, report)


def rft(recipe: Recipe, report: Report) -> Done:
    """Rows for rejective fine-tuning: right judgements of items that are not too easy."""
    how = {"sample": key(recipe, "sample", recipe.wording), "general": digest(recipe.general)}

    def rows() -> Rows:
        items = read_items(recipe.train)
        found = rft_rows(items, kept(recipe, "sample", items), recipe.wording)
        general = journal.read(Path(recipe.general)) if recipe.general else []
        return Rows([*found.rows, *general], {**found.counts, "general": len(general)})

    return make(folder(recipe, "rft"), "rft", how, lambda to: written(rows(), to))


def sft(recipe: Recipe, report: Report) -> Done:
    """The judge fine-tuned on those rows."""
    how = {"rft": key(recipe, "rft"), **begun_from(recipe.model), **tuned(recipe, recipe.sft)}

    def work(to: Path) -> Mapping[str, Any]:
        rows = journal.read(folder(recipe, "rft") / ROWS)
        return train_sft(recipe.model, rows, to, settings=recipe.sft, lora=recipe.lora, seed=recipe.seed)

    return make(folder(recipe, "sft"), "sft", how, work)


def probe(recipe: Recipe, report: Report) -> Done:
    """Judgements by the fine-tuned judge, which tell what it always gets right."""
    return _sampled_by(recipe, "probe", "sft", report)


def rl_data(recipe: Recipe, report: Report) -> Done:
    """Prompts for reinforcement learning: items that the fine-tuned judge does not always get right."""
    how: dict[str, Any] = {"probe": key(recipe, "probe", recipe.wording), "passes": recipe.passes, "seed": recipe.seed}

    def work(to: Path) -> Mapping[str, Any]:
        items = read_items(recipe.train)
        said = kept(recipe, "probe", items)
        return written(rl_rows(items, said, recipe.wording, passes=recipe.passes, seed=recipe.seed), to)

    return make(folder(recipe, "rl_data"), "rl_data", how, work)


def rl(recipe: Recipe, report: Report) -> Done:
    """The judge trained by the rule of eq. 11."""
    how = {"rl_data": key(recipe, "rl_data"), "sft": key(recipe, "sft"), **tuned(recipe, recipe.rl)}
    how["orders"] = recipe.orders

    def work(to: Path) -> Mapping[str, Any]:
        rows, start = journal.read(folder(recipe, "rl_data") / ROWS), str(folder(recipe, "sft"))
        more: dict[str, Any] = {"orders": recipe.orders, "lora": recipe.lora, "seed": recipe.seed}
        return train_rl(start, rows, to, settings=recipe.rl, **more)

    return make(folder(recipe, "rl"), "rl", how, work)


def resample(recipe: Recipe, report: Report) -> Done:
    """Judgements by the trained judge, for the meta reward model."""
    return _sampled_by(recipe, "resample", "rl", report)


def meta_data(recipe: Recipe, report: Report) -> Done:
    """Rows for the meta reward model: the first plain judgements and the trained judge's own."""
    sources = ("sample", "resample")
    how = {name: key(recipe, name, recipe.wording) for name in sources}

    def work(to: Path) -> Mapping[str, Any]:
        items = read_items(recipe.train)
        said = [kept(recipe, name, items) for name in sources]
        both = [[*first, *second] for first, second in zip(*said, strict=True)]
        return written(meta_rows(items, both, recipe.wording), to)

    return make(folder(recipe, "meta_data"), "meta_data", how, work)


def meta(recipe: Recipe, report: Report) -> Done:
    """The meta reward model."""
    start = recipe.meta_model or recipe.model
    how = {"meta_data": key(recipe, "meta_data"), **begun_from(start), **tuned(recipe, recipe.meta)}

    def work(to: Path) -> Mapping[str, Any]:
        rows = journal.read(folder(recipe, "meta_data") / ROWS)
        return train_meta(start, rows, to, settings=recipe.meta, lora=recipe.lora, seed=recipe.seed)

    return make(folder(recipe, "meta"), "meta", how, work)


TRAINING: Mapping[str, Callable[[Recipe, Report], Done]] = {
    "sample": sample,
    "rft": rft,
    "sft": sft,
    "probe": probe,
    "rl_data": rl_data,
    "rl": rl,
    "resample": resample,
    "meta_data": meta_data,
    "meta": meta,
}
"""What makes the judge and its meta reward model, in order."""
STAGES: Mapping[str, Callable[[Recipe, Report], Done]] = {
    **TRAINING,
    **{f"ask_{judge}": partial(measuring.ask, judge=judge) for judge in JUDGES},
    "weigh": measuring.weigh,
    "evaluate": measuring.evaluation,
}
"""Every stage by its name, in order."""
MODELS = tuple(name for name in STAGES if name not in ("rft", "rl_data", "meta_data", "evaluate"))
"""The stages that load a model."""


def _sampled_by(recipe: Recipe, stage: str, judge: str, report: Report) -> Done:
    by = {judge: key(recipe, judge), "engine": dict(recipe.engine)}
    return _sampled(recipe, stage, by, lambda: recipe.engine_for(str(folder(recipe, judge))), report)


def _sampled(recipe: Recipe, stage: str, by: Mapping[str, Any], engine: Callable[[], Engine], report: Report) -> Done:
    draw = recipe.draw(stage)
    how = {**by, "train": digest(recipe.train), "wording": recipe.wording.digest, "draw": drawn(draw)}

    def work(to: Path) -> Mapping[str, Any]:
        return shares(judged(engine(), read_items(recipe.train), to / TRAJECTORIES, recipe, draw, report))

    return make(folder(recipe, stage), stage, how, work)


def _told(found: Mapping[str, Any]) -> str:
    """A record's numbers on a line."""
    told = []
    for name, value in found.items():
        if isinstance(value, Mapping):
            told.append(f"{name} ({_told(value)})")
        elif value is not None:
            told.append(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}")
    return ", ".join(told)

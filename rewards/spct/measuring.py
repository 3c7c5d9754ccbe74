"""The stages that measure: judges asked about the test items, their judgements weighed, the numbers compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rewards.evaluation import Item
from rewards.models.blame import STAND_IN
from rewards.models.engines import EngineFailure, ScoringModel
from rewards.models.engines.checked import CheckedScores
from rewards.spct import journal
from rewards.spct.artefacts import made, make
from rewards.spct.comparison import Told, compare
from rewards.spct.recipe import JUDGES, Recipe, read_items
from rewards.spct.stage import Done, Missing, Report, begun_from, digest, drawn, folder, judged, kept, key, shares
from rewards.spct.trajectories import Draw, Incomplete, Trajectory
from rewards.spct.wording import Wording

Place = tuple[int, int]
"""An item and a judgement of it, by number."""
GREEDY, WARM, LOGITS = "greedy.jsonl", "warm.jsonl", "logits.jsonl"
CHATS_AT_ONCE = 8192


def ask(recipe: Recipe, report: Report, *, judge: str) -> Done:
    """A judge asked about every test item: once greedily, and as many times warm as it has votes."""
    by = begun_from(recipe.model) if judge == "untrained" else {judge: key(recipe, judge)}
    greedy, warm = _draws(recipe, judge)
    how = {**by, "test": digest(_test(recipe)), "items": recipe.evaluate.items}
    how |= {"wording": _measured(recipe).wording.digest}
    how |= {"engine": dict(recipe.engine), "greedy": drawn(greedy), "warm": drawn(warm)}

    def work(to: Path) -> Mapping[str, Any]:
        items, asked = _items(recipe), _measured(recipe)
        engine = recipe.engine_for(recipe.model if judge == "untrained" else str(folder(recipe, judge)))
        judged(engine, items, to / GREEDY, asked, greedy, report)
        return shares(judged(engine, items, to / WARM, asked, warm, report))

    return make(folder(recipe, f"ask_{judge}"), f"ask_{judge}", how, work)


def weigh(recipe: Recipe, report: Report) -> Done:
    """The meta reward model's logit of every warm judgement of the judges that vote."""
    judges = [judge for judge in _asked(recipe) if judge in recipe.evaluate.votes_of]
    how: dict[str, Any] = {"meta": key(recipe, "meta"), "scores": dict(recipe.scores)}
    how |= {judge: key(recipe, f"ask_{judge}", _measured(recipe).wording) for judge in judges}

    def work(to: Path) -> Mapping[str, Any]:
        items, model, unweighed = _items(recipe), recipe.scores_for(str(folder(recipe, "meta"))), 0
        for judge in judges:
            said = kept(recipe, f"ask_{judge}", items, WARM)
            path = to / f"{judge}-{LOGITS}"
            _weighed(recipe, model, items, said, path, report)
            rows = zip(said, journal.read(path), strict=True)
            unweighed += sum(
                one.scores is not None and logit is None
                for own, row in rows
                for one, logit in zip(own, row["logits"], strict=True)
            )
        return {"judges": len(judges), "items": len(items), "unweighed": unweighed}

    return make(folder(recipe, "weigh"), "weigh", how, work)


def evaluation(recipe: Recipe, report: Report) -> Done:
    """The judges compared, with and without the meta reward model; what was not asked or weighed is left out."""
    judges = _asked(recipe)
    if not judges:
        raise Missing(f"no judge was asked about the test items; run a stage such as 'ask_{recipe.evaluate.judges[0]}'")
    how: dict[str, Any] = {f"ask_{judge}": key(recipe, f"ask_{judge}") for judge in judges}
    weighed = made(folder(recipe, "weigh")) is not None
    how |= {"k": list(recipe.evaluate.k), "seed": recipe.seed, "weigh": key(recipe, "weigh") if weighed else None}

    def work(to: Path) -> Mapping[str, Any]:
        items, told = _items(recipe), {}
        for judge in judges:
            stage, logits = f"ask_{judge}", folder(recipe, "weigh") / f"{judge}-{LOGITS}"
            weights = [row["logits"] for row in journal.read(logits)] if weighed else []
            told[judge] = Told(kept(recipe, stage, items, GREEDY), kept(recipe, stage, items, WARM), weights or None)
        found = compare(items, told, recipe.evaluate.k, recipe.seed)
        journal.replace(to / "report.json", json.dumps(found, indent=2).encode() + b"\n")
        return {name: one["headline"] for name, one in found.items()}

    return make(folder(recipe, "evaluate"), "evaluate", how, work)


def _draws(recipe: Recipe, judge: str) -> tuple[Draw, Draw]:
    common = replace(recipe.sample, hinted=0, n=1, seed=recipe.evaluate.seed)
    votes = max(recipe.evaluate.k) if judge in recipe.evaluate.votes_of else 1
    # a chunk is what is lost when the run is killed: about as many judgements, however many votes
    at_once = max(1, recipe.sample.at_once // max(1, votes // 4))
    warm = replace(common, n=votes, temperature=recipe.evaluate.temperature, at_once=at_once)
    return replace(common, temperature=0.0), warm


def _measured(recipe: Recipe) -> Recipe:
    """A lone response is scored on the whole scale, as the paper measures ReaLMistake; training asks for 0 or 1."""
    return replace(recipe, wording=replace(recipe.wording, lone_points=recipe.wording.points))


def _asked(recipe: Recipe) -> list[str]:
    return [judge for judge in JUDGES if made(folder(recipe, f"ask_{judge}")) is not None]


def _test(recipe: Recipe) -> str:
    if recipe.test is None:
        raise Missing("the recipe names no test file: test = '…'")
    return recipe.test


def _items(recipe: Recipe) -> list[Item]:
    return read_items(_test(recipe))[: recipe.evaluate.items]


def _weighed(
    recipe: Recipe, model: Any, items: list[Item], said: list[list[Trajectory]], path: Path, report: Report
) -> None:
    """Write a line of logits for each item, going on where the file ends; None for what could not be read."""
    wording, done = _measured(recipe).wording, len(journal.recovered(path))
    votes = max(1, max(len(own) for own in said))
    step = max(1, CHATS_AT_ONCE // votes)
    for start in range(done, len(items), step):
        chunk = range(start, min(start + step, len(items)))
        asked = [(at, n) for at in chunk for n, one in enumerate(said[at]) if one.scores is not None]
        found = logits_of(model, wording, {(at, n): (items[at], said[at][n]) for at, n in asked})
        journal.append(
            path, [{"row": at, "logits": [found.get((at, n)) for n in range(len(said[at]))]} for at in chunk]
        )
        report(f"{path.stem}: {chunk.stop} of {len(items)} items")


def logits_of(
    model: ScoringModel, wording: Wording, judgements: Mapping[Place, tuple[Item, Trajectory]]
) -> dict[Place, float]:
    """The meta reward model's logits; one that it can't score, such as a long one, has none, as in `grm`.

    Raises:
        Incomplete: it can't score a judgement of one line either, or there was no time.
    """
    checked, found, left = CheckedScores(model, "spct"), dict[Place, float](), dict(judgements)
    failures: list[EngineFailure] = []
    for _ in range(2):  # it may have been away, or out of time
        failures = []
        chats = [wording.meta_chat(item, one.order, one.text) for item, one in left.values()]
        for place, logit in zip(list(left), checked.logits(chats), strict=True):
            if isinstance(logit, EngineFailure):
                failures.append(logit)
            else:
                found[place] = logit
                del left[place]
    if left:
        stand_in = Item("How are you?", (STAND_IN,), (0.0,))
        (failure,) = checked.logits([wording.meta_chat(stand_in, (0,), "Scores: \\boxed{1}")])
        cause = next((one for one in failures if one.late), failures[0])
        if cause.late or isinstance(failure, EngineFailure):
            raise Incomplete(f"the meta reward model has no logit for {len(left)} judgements: {cause.why}; run again")
    return found

"""Judgements sampled over preference items, each labelled right or wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rewards.evaluation import Item
from rewards.models.engines import Engine, EngineFailure, Request, Sample, Sampling
from rewards.models.engines.checked import CheckedEngine
from rewards.models.grm.parse import Unread, scores_in
from rewards.spct import journal
from rewards.spct.correctness import is_right
from rewards.spct.wording import Wording, hint_for, shuffled


@dataclass(frozen=True)
class Trajectory:
    """One judgement of one item.

    Args:
        order: the item's responses by number, as they were shown.
        hinted: whether the prompt gave the answer away.
        text: what the judge wrote.
        scores: a score for each response, in the order shown; None where they could not be read.
        right: whether they agree with the labels (eq. 10); what could not be read is wrong.
        why: what could not be read; empty where it was.
    """

    order: tuple[int, ...]
    hinted: bool
    text: str
    scores: tuple[float, ...] | None
    right: bool
    why: str = ""


@dataclass(frozen=True)
class Draw:
    """How judgements are drawn.

    Args:
        n: plain judgements of each item, each over a shuffle of its own.
        hinted: judgements with a hint.
        temperature: of the samples.
        top_p: nucleus mass.
        max_tokens: most tokens in a judgement.
        seed: of the shuffles.
        at_once: items in one call of the engine; what is lost at most when the run is killed.
    """

    n: int = 3
    hinted: int = 1
    temperature: float = 0.5
    top_p: float = 1.0
    max_tokens: int = 2048
    seed: int = 0
    at_once: int = 64

    def __post_init__(self) -> None:
        if self.n < 0 or self.hinted < 0 or self.n + self.hinted < 1 or self.at_once < 1:
            raise ValueError(
                f"n and hinted are counts, one of them above 0, and at_once is 1 or more; got n={self.n!r}, "
                f"hinted={self.hinted!r}, at_once={self.at_once!r}"
            )
        _ = self.sampling

    @property
    def sampling(self) -> Sampling:
        """How one judgement is drawn."""
        return Sampling(1, self.temperature, self.top_p, self.max_tokens)


class Incomplete(RuntimeError):
    """Some items could not be judged; what was is kept, and the same call goes on with the rest."""


class Asked(NamedTuple):
    """One prompt to be answered `samples` times."""

    row: int
    order: tuple[int, ...]
    hinted: bool
    samples: int


def sample_trajectories(
    engine: Engine,
    items: Sequence[Item],
    path: str | Path,
    *,
    wording: Wording | None = None,
    draw: Draw | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[list[Trajectory]]:
    """Judgements of every item, written to a JSONL file as they come; a run that was killed goes on where it was.

    Args:
        engine: runs the judge.
        items: what is judged.
        path: the file; a line for each item, with the item's digest, so that other items are refused.
        wording: the prompts.
        draw: how many judgements, and how they are drawn.
        progress: told how many items are done, and of how many.

    Raises:
        Incomplete: the engine failed for some items; run it again.
        ValueError: the file holds judgements of other items.
    """
    wording, draw, path = wording or Wording(), draw or Draw(), Path(path)
    done = _known(path, items)
    missing = [row for row in range(len(items)) if row not in done]
    failures: list[str] = []
    for start in range(0, len(missing), draw.at_once):
        chunk = missing[start : start + draw.at_once]
        found = _judged(engine, items, chunk, wording, draw)
        whole = {row: said for row, said in found.items() if not isinstance(said, EngineFailure)}
        failures += [said.why for said in found.values() if isinstance(said, EngineFailure)]
        journal.append(path, [_row(row, items[row], said) for row, said in whole.items()])
        done.update(whole)
        if progress is not None:
            progress(len(done), len(items))
    if failures:
        raise Incomplete(
            f"{len(failures)} of {len(items)} items have no judgement, such as: {failures[0]}; run again, and take out "
            "items that this judge can't take"
        )
    return [done[row] for row in range(len(items))]


def read_trajectories(path: str | Path, items: Sequence[Item]) -> list[list[Trajectory]]:
    """The judgements that `sample_trajectories` wrote of these items.

    Raises:
        ValueError: the file lacks some, or holds judgements of other items.
    """
    known = _known(Path(path), items)
    if len(known) != len(items):
        raise ValueError(f"{path} holds judgements of {len(known)} of {len(items)} items; sample the rest first")
    return [known[row] for row in range(len(items))]


def label(item: Item, order: Sequence[int], hinted: bool, sample: Sample, wording: Wording) -> Trajectory:
    """A sample of the judge as a trajectory: read, and held against the labels."""
    low, high = wording.scale(item)
    read = scores_in(sample.text, len(order), low, high)
    if isinstance(read, Unread):
        cut = ", cut off by max_tokens" if sample.finish_reason == "length" else ""
        return Trajectory(tuple(order), hinted, sample.text, None, False, read.why + cut)
    right = is_right(read, [item.labels[at] for at in order])
    return Trajectory(tuple(order), hinted, sample.text, tuple(read), right)


def digest_of(item: Item) -> str:
    """What tells an item from another."""
    said = json.dumps([item.prompt, list(item.responses), list(item.labels)], default=str)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _judged(
    engine: Engine, items: Sequence[Item], rows: Sequence[int], wording: Wording, draw: Draw
) -> dict[int, list[Trajectory] | EngineFailure]:
    """All judgements of some items in one call of the engine; equal prompts share a request."""
    asked = [one for row in rows for one in _plan(items[row], row, draw)]
    requests = []
    for one in asked:
        hint = hint_for(items[one.row], one.order) if one.hinted else ""
        requests.append(Request(wording.chat(items[one.row], one.order, hint), draw.sampling.of(one.samples)))
    found: dict[int, list[Trajectory] | EngineFailure] = {row: [] for row in rows}
    for one, answer in zip(asked, CheckedEngine(engine, "spct").generate(requests), strict=True):
        so_far = found[one.row]
        if isinstance(answer, EngineFailure):
            found[one.row] = answer
        elif len(answer) != one.samples:  # votes that are lacking would be missed in every number that follows
            found[one.row] = EngineFailure(f"engine {engine.name!r} gave {len(answer)} of {one.samples} samples")
        elif not isinstance(so_far, EngineFailure):
            so_far += [label(items[one.row], one.order, one.hinted, sample, wording) for sample in answer]
    return found


def _plan(item: Item, row: int, draw: Draw) -> list[Asked]:
    counts: dict[tuple[tuple[int, ...], bool], int] = {}
    for number in range(draw.n + draw.hinted):
        key = (shuffled(item, draw.seed, number), number >= draw.n)
        counts[key] = counts.get(key, 0) + 1
    if draw.temperature == 0:  # the same prompt would get the same answer
        counts = dict.fromkeys(counts, 1)
    return [Asked(row, order, hinted, samples) for (order, hinted), samples in counts.items()]


def _row(row: int, item: Item, said: Sequence[Trajectory]) -> dict[str, Any]:
    return {"row": row, "item": digest_of(item), "trajectories": [asdict(one) for one in said]}


def _known(path: Path, items: Sequence[Item]) -> dict[int, list[Trajectory]]:
    known = {}
    for found in journal.recovered(path):
        row = found["row"]
        if row >= len(items) or found["item"] != digest_of(items[row]):
            raise ValueError(f"{path} holds judgements of other items (row {row}); take another file, or delete it")
        known[row] = [_trajectory(one) for one in found["trajectories"]]
    return known


def _trajectory(said: Mapping[str, Any]) -> Trajectory:
    scores = None if said["scores"] is None else tuple(said["scores"])
    return Trajectory(tuple(said["order"]), said["hinted"], said["text"], scores, said["right"], said["why"])

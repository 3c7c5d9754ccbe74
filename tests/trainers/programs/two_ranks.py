"""What test_ranks.py runs on each of two ranks: groups that lie across them, and rewards that raise on one."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from trl import GRPOConfig, GRPOTrainer

from rewards import GroupReward, Range, Reward, Rollout, Score, as_reward, group_length

POLICY, OUTPUT = Path(sys.argv[1]), Path(sys.argv[2])
RANK = int(os.environ["RANK"])
PROMPTS = ["What is two plus two?", "What is 3 times 5?", "Yes or no?"]
GROUP_SIZE = 4


class centred(GroupReward):
    """A completion's length less the mean of its group, in hundreds of characters."""

    group_size = GROUP_SIZE

    @property
    def range(self) -> Range:
        return Range(-10.0, 10.0)

    def grade_group(self, group: Sequence[Rollout], /) -> list[Score]:
        lengths = [len(rollout.completion) for rollout in group]
        mean = sum(lengths) / len(lengths)
        return [Score((length - mean) / 100) for length in lengths]


@as_reward
def length(completion: str) -> float:
    """The share of 100 characters that is written."""
    return min(1.0, len(completion) / 100)


class centred_but_raises(centred):
    """Raises on rank 1, for every group there."""

    def grade_group(self, group: Sequence[Rollout], /) -> list[Score]:
        if RANK == 1:
            raise OSError("the disk of rank 1 is full")
        return super().grade_group(group)


class centred_but_silent(centred):
    """Its scores can't travel from rank 0."""

    def grade_group(self, group: Sequence[Rollout], /) -> list[Score]:
        scores = super().grade_group(group)
        return [Score(score.value, data={"lambda": lambda: 0}) for score in scores] if RANK == 0 else scores


class centred_but_mute(centred):
    """Rank 1 passes a column of the wrong length, so that no rollouts can be made of its call."""

    def __call__(self, /, **arguments: Any) -> list[float | None]:
        if RANK == 1:
            arguments["odd"] = [1]
        return super().__call__(**arguments)


class centred_but_unscored(centred):
    """Fails every group that begins on rank 1: more than a limit of 0.2 allows, though on rank 0 all is well."""

    def grade_group(self, group: Sequence[Rollout], /) -> list[Score]:
        if RANK == 1:
            return [Score.fail("sandbox", "no sandbox on rank 1") for _ in group]
        return super().grade_group(group)


def train(rewards: list[Any], steps: int = 1, per_rank: int = 6) -> Any:
    """Three groups of four over two ranks of six: the second group lies across them. With two a rank, one group does."""
    trainer = GRPOTrainer(
        model=str(POLICY),
        reward_funcs=rewards,
        args=GRPOConfig(
            output_dir=str(OUTPUT / "run"),
            per_device_train_batch_size=per_rank,
            num_generations=GROUP_SIZE,
            max_completion_length=8,
            max_steps=steps,
            logging_steps=1,
            log_completions=True,
            report_to="none",
            use_cpu=True,
            save_strategy="no",
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_dict({"prompt": PROMPTS, "odd": [1, 2, 3]}),
    )
    trainer.train()
    return trainer


def values(rewards: list[Any], per_rank: int = 6) -> dict[str, Any]:
    """What one rank's trainer logged: gathered columns, and this step's metrics."""
    trainer = train(rewards, per_rank=per_rank)
    logs = trainer._logs
    columns = {"prompt": logs["prompt"], "completion": logs["completion"], **logs["extra"], **logs["rewards"]}
    metrics = next(entry for entry in trainer.state.log_history if "reward" in entry)
    return {"columns": {name: list(column) for name, column in columns.items()}, "metrics": metrics}


def outcome(make: Callable[[], Any]) -> Any:
    """What a case returned, or what it raised."""
    try:
        return make()
    except Exception as error:
        return {"raised": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Run every case on this rank and write what came of it."""
    mixed: Reward = 1.0 * length + 0.5 * centred()
    cases: dict[str, Callable[[], Any]] = {
        "values": lambda: values([centred(), mixed.named("mixed")]),
        "one group": lambda: values(
            [1.0 * length + group_length(group_size=GROUP_SIZE, unit="characters")], per_rank=2
        ),
        "raises": lambda: values([centred_but_raises()]),
        "silent": lambda: values([centred_but_silent()]),
        "mute": lambda: values([centred_but_mute()]),
        "async": lambda: values([centred().as_async()]),
        "unscored": lambda: train([centred_but_unscored().with_max_unscored(0.2)], steps=9).state.global_step,
    }
    found = {}
    for name, make in cases.items():
        started = time.monotonic()
        found[name] = outcome(make)
        found[name + "_s"] = time.monotonic() - started
    (OUTPUT / f"rank{RANK}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()

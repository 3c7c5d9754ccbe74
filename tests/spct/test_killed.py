"""Every kind of stage, killed in its midst and run again, makes what it makes in peace: `pytest -m slow tests/spct`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rewards.spct import Draw, journal
from rewards.spct.checkpoints import last_whole
from rewards.spct.recipe import Evaluation, Recipe, save_recipe
from rewards.spct.stages import STAGES

from .tiny_judge import make_judge, numbers, wording

ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
TRAINER: dict[str, Any] = {"bf16": False, "disable_tqdm": True, "per_device_train_batch_size": 8, "save_steps": 3}
TRAINED = ("sft", "rl", "meta")
"""The stages that go on from a checkpoint, the others from lines of a file."""


def command(recipe: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "rewards", "spct", str(recipe), *more]


def at_work(folder: Path, stage: str) -> bool:
    if stage in TRAINED:
        return last_whole(folder / "checkpoints") is not None
    return any(path.stat().st_size > 500 for path in folder.glob("*.jsonl"))


@pytest.mark.slow
def test_killed_in_every_stage_the_recipe_makes_the_same_files(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("trl")
    torch.set_num_threads(1)
    greedy = {"max_tokens": 8, "temperature": 0.0, "at_once": 4, "n": 2}  # without chance, so that runs can be compared
    base, recipes = make_judge(tmp_path / "base", steps=300), {}
    for part, rows in (("train", numbers(80, 7)), ("test", numbers(120, 7)[80:])):
        pairs = [{"prompt": i.prompt, "chosen": i.responses[1], "rejected": i.responses[0]} for i in rows]
        journal.write(tmp_path / f"{part}.jsonl", pairs)
    for name in ("calm", "killed"):
        recipe = Recipe(
            model=str(base),
            output=str(tmp_path / name),
            train=str(tmp_path / "train.jsonl"),
            test=str(tmp_path / "test.jsonl"),
            engine={"use": "transformers_engine", "batch_size": 8},
            wording=wording(tmp_path),
            sample=Draw(**greedy),
            probe=Draw(hinted=0, **greedy),
            resample=Draw(hinted=0, **greedy),
            sft={**TRAINER, "num_train_epochs": 2},
            rl={**TRAINER, "max_steps": 6, "max_completion_length": 8},
            meta={**TRAINER, "num_train_epochs": 1},
            evaluate=Evaluation(k=(1, 2), temperature=0.0, judges=("untrained", "rl")),
        )
        recipes[name] = tmp_path / f"{name}.json"
        save_recipe(recipe, recipes[name])
    environment = {**os.environ, **ENVIRONMENT, "OMP_NUM_THREADS": "1"}
    root = Path(__file__).resolve().parents[2]
    subprocess.run(command(recipes["calm"], "--together"), check=True, env=environment, cwd=root, capture_output=True)
    for stage in (name for name in STAGES if name != "ask_sft"):
        folder = tmp_path / "killed" / stage
        run = command(recipes["killed"], "--stage", stage)
        with subprocess.Popen(run, env=environment, cwd=root, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and not at_work(folder, stage):
                time.sleep(0.005)  # until the stage has something to lose
            process.kill()
        again = subprocess.run(run, check=False, env=environment, cwd=root, capture_output=True, text=True)
        assert again.returncode == 0, again.stderr
        calm, killed = (json.loads((tmp_path / name / stage / "made.json").read_text()) for name in recipes)
        assert killed["files"] == calm["files"], stage
        if stage in TRAINED and process.returncode < 0:
            assert killed["found"]["resumed_from"] is not None

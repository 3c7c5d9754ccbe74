"""A training run that goes on from where it was, and ends in a model that an engine loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def trained(trainer: Any, tokenizer: Any, output: Path, *, merge: bool) -> dict[str, Any]:
    """Train, from the last whole checkpoint where there is one, and save model and tokenizer.

    Args:
        trainer: of transformers or TRL.
        tokenizer: goes beside the model.
        output: where both go.
        merge: whether the model holds LoRA weights to be merged into it.
    """
    last = last_whole(Path(trainer.args.output_dir))
    result = trainer.train(resume_from_checkpoint=None if last is None else str(last))
    model = trainer.accelerator.unwrap_model(trainer.model)
    if merge:
        model = model.merge_and_unload()
    if trainer.accelerator.is_main_process:
        model.save_pretrained(output)
        tokenizer.save_pretrained(output)
    trainer.accelerator.wait_for_everyone()
    return {"steps": result.global_step, "loss": result.training_loss, "resumed_from": last.name if last else None}


def last_whole(folder: Path) -> Path | None:
    """The last checkpoint that was written to its end: transformers writes the trainer's state last."""
    found = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json") if _is_whole(path)]
    return max(found, key=lambda path: int(path.name.rsplit("-", 1)[1]), default=None)


def _is_whole(state: Path) -> bool:
    """Whether the trainer's state can be read; one that was cut off would stop every run that went on from it."""
    try:
        json.loads(state.read_bytes())
    except ValueError:
        return False
    return True

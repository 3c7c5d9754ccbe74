"""The reward manager class for verl's reward loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rewards.adapters.for_verl import Grader
from rewards.core.rollout import Rollout


def manager_class(grader: Grader, reference: str) -> type:
    """Make a subclass of verl's RewardManagerBase that scores with `grader`. Imports verl.

    Its constructor raises a ValueError where verl's configuration names a custom reward function too.
    """
    from verl.experimental.reward_loop.reward_manager.base import RewardManagerBase

    class RewardManager(RewardManagerBase):  # type: ignore[misc]  # verl has no types
        """Scores one response at a time, with its prompt and token ids."""

        def __init__(self, config: Any, tokenizer: Any, compute_score: Any, **_: Any) -> None:
            super().__init__(config, tokenizer, compute_score)
            _refuse_function(config, grader)

        async def run_single(self, data: Any) -> dict[str, Any]:
            """Score the last sequence of a trajectory, as verl's own managers do."""
            item = data[-1:][0]
            rollout = await self.loop.run_in_executor(None, rollout_of, item, self.tokenizer, reference)
            answer = await grader.grade_async(rollout)
            return {"reward_score": answer["score"], "reward_extra_info": answer}

    return RewardManager


def rollout_of(item: Any, tokenizer: Any, reference: str) -> Rollout:
    """The rollout behind one of verl's data items."""
    row = {name: _plain(value) for name, value in item.non_tensor_batch.items()}
    prompt_ids, response_ids = _ids(item.batch, row)
    columns = {**(row.get("extra_info") or {}), **row}
    described = row.get("reward_model")
    if isinstance(described, Mapping) and "ground_truth" in described:
        columns[reference] = described["ground_truth"]
    return Rollout(
        completion=tokenizer.decode(response_ids, skip_special_tokens=True),
        prompt=tokenizer.decode(prompt_ids, skip_special_tokens=False),
        columns=columns,
        completion_ids=response_ids,
    )


def _refuse_function(config: Any, grader: Grader) -> None:
    path = (config.reward.get("custom_reward_function") or {}).get("path")
    if path:
        raise ValueError(
            f"reward.custom_reward_function.path is {path!r}, but the reward manager has its own reward "
            f"({grader.numbers.reward!r}) and would not call it; leave one of them out"
        )


def _ids(batch: Any, row: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    """The token ids of prompt and response without padding.

    A trajectory's sequences are padded on the right as one, which the mask of prompt and response together does not
    show; then verl's agent loop says how long they are. Elsewhere the mask says it.
    """
    prompt, response = batch["prompts"], batch["responses"]
    if "prompt_len" in row and "response_len" in row:
        return prompt[: int(row["prompt_len"])].tolist(), response[: int(row["response_len"])].tolist()
    mask = batch["attention_mask"].bool()
    width = prompt.shape[-1]
    return prompt[mask[:width]].tolist(), response[mask[width:]].tolist()


def _plain(value: Any) -> Any:
    """A numpy scalar as Python's."""
    return value.item() if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0 else value

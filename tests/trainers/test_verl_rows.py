"""verl's data items as rollouts: odd tensors, without verl itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from rewards.adapters.verl_reward_manager import rollout_of

torch = pytest.importorskip("torch")


class Numbers:
    """A tokenizer whose text is the ids."""

    def decode(self, ids: list[int], *, skip_special_tokens: bool) -> str:
        return " ".join(map(str, ids))


@pytest.mark.parametrize("kind", ["int64", "int32", "bool", "bfloat16"])
@pytest.mark.parametrize(
    ("response", "mask", "wanted"),
    [
        ([3, 4, 0], [0, 1, 1, 1, 1, 0], [3, 4]),  # padded on both sides
        ([3, 4, 5], [0, 1, 1, 1, 1, 1], [3, 4, 5]),
        ([0, 0, 0], [0, 1, 1, 0, 0, 0], []),  # the policy ended at once
        ([], [0, 1, 1], []),  # and in a batch of such responses alone there is no column: the whole prompt was lost
    ],
)
def test_prompt_and_response_are_told_apart_by_the_prompts_width(
    response: list[int], mask: list[int], wanted: list[int], kind: str
) -> None:
    batch = {
        "prompts": torch.tensor([0, 1, 2]),
        "responses": torch.tensor(response, dtype=torch.long),
        "attention_mask": torch.tensor(mask, dtype=getattr(torch, kind)),
    }
    item: Any = SimpleNamespace(batch=batch, non_tensor_batch={"reward_model": {"ground_truth": "4"}})
    rollout = rollout_of(item, Numbers(), "solution")
    assert (rollout.prompt, rollout.completion_ids) == ("1 2", wanted)
    assert rollout.columns["solution"] == "4"

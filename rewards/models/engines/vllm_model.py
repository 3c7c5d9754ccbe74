"""A model in this process, by vLLM: what writing and scoring share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rewards.core import FailureKind, Message
from rewards.models.arguments import check
from rewards.models.engines.contract import EngineFailure, Misconfigured
from rewards.models.engines.control import disarmed
from rewards.models.engines.in_process import Busy, held, model_name, state_of, within
from rewards.models.engines.orphans import end_with_us
from rewards.models.engines.printing import as_call
from rewards.models.engines.trouble import one_line

Item = TypeVar("Item")
Found = TypeVar("Found")

MOST_SEQUENCES = 512
"""The largest batch that vLLM captures as a CUDA graph; larger ones decode without, and slower."""
_GRACE_S = 60.0
"""How long after its deadline a call may still be inside vLLM, aborting, before it is left behind."""


@dataclass(frozen=True, repr=False)
class VllmModel:
    """A model in this process, by vLLM: loaded when first used, one call at a time.

    One process drives one vLLM. Where a trainer runs several ranks, each would load a model of its own and vLLM would
    take the ranks for its own workers, so that is refused: start `vllm serve MODEL` beside the training and use
    `openai_engine("host:8000", "MODEL")`.

    Args:
        model: a folder or hub name.
        max_num_seqs: sequences at once, 512 at most.
        max_model_len: longest prompt and answer together, in tokens; by default the model's own.
        gpu_memory_utilization: share of the GPU's memory that vLLM takes; leave room for the policy.
        batch_timeout_s: longest time for one call, waiting for its turn included.
        template: further arguments for the chat template, such as `{"enable_thinking": False}`.
        options: further arguments for `vllm.LLM`.

    Raises:
        ValueError: for an argument out of its range, and where `WORLD_SIZE` is above 1.
    """

    model: str
    max_num_seqs: int = 256
    max_model_len: int | None = None
    gpu_memory_utilization: float = 0.4
    batch_timeout_s: float = 3600.0
    template: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._refuse_ranks()
        check(
            self,
            max_num_seqs=1 <= self.max_num_seqs <= MOST_SEQUENCES,
            max_model_len=self.max_model_len is None or self.max_model_len >= 1,
            gpu_memory_utilization=0 < self.gpu_memory_utilization <= 1,
            batch_timeout_s=self.batch_timeout_s > 0,
        )

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return model_name(self.model)

    def in_turn(
        self, items: Sequence[Item], work: Callable[[Any, Sequence[Item], float], Sequence[Found | EngineFailure]]
    ) -> list[Found | EngineFailure]:
        """What `work(llm, items, until)` finds when it is its turn, on a thread that can be left behind.

        Where vLLM's own process died, every item is a failure, and the next call starts it again.
        """
        if not items:
            return []
        self._refuse_ranks()
        model = held(self, self._load)

        def call() -> list[Found | EngineFailure]:
            with model.turn(self.batch_timeout_s) as (llm, until):
                try:
                    return list(work(llm, items, until))
                except Exception as error:  # vLLM's process died, or vLLM raised: start afresh next time
                    model.forget()
                    return [EngineFailure(one_line(f"vLLM failed: {type(error).__name__}: {error}"))] * len(items)

        try:
            return within(call, self.batch_timeout_s + _GRACE_S)
        except Busy as busy:
            return [EngineFailure(str(busy), late=True)] * len(items)

    def prompt_ids(self, llm: Any, chat: Sequence[Message], goes_on: bool, to_come: int) -> list[int] | EngineFailure:
        """A chat as token ids, or why it can't be: one prompt that vLLM refuses would cost the whole batch."""
        tokenizer = llm.get_tokenizer()
        try:
            chat = disarmed(chat, tokenizer.all_special_tokens)
            text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=goes_on, **self.template)
            ids: list[int] = tokenizer.encode(text, add_special_tokens=False)
        except Exception as error:  # templates raise what they like; it must cost no other request
            return EngineFailure(one_line(f"{type(error).__name__}: {error}"), FailureKind.bug)
        most = llm.llm_engine.model_config.max_model_len
        if len(ids) + to_come > most:
            return EngineFailure(f"too long: {len(ids)} tokens and {to_come} to come, of {most}")
        return ids or EngineFailure("the chat has no tokens", FailureKind.bug)

    def _arguments(self) -> dict[str, Any]:
        """What `vllm.LLM` is given besides."""
        return {}

    def _load(self) -> Any:
        from multiprocessing import active_children

        from vllm import LLM  # type: ignore[import-not-found]

        shared = ("max_num_seqs", "max_model_len", "gpu_memory_utilization")
        arguments = {**{name: getattr(self, name) for name in shared}, **self._arguments(), **self.options}
        before = {child.pid for child in active_children()}
        llm = LLM(self.model, **{name: value for name, value in arguments.items() if value is not None})
        # vLLM ends its processes where this one exits, and leaves them at full load where it is killed
        end_with_us([child.pid for child in active_children() if child.pid is not None and child.pid not in before])
        return llm

    def _refuse_ranks(self) -> None:
        ranks = os.environ.get("WORLD_SIZE", "1")
        if ranks.isdecimal() and int(ranks) > 1:
            raise Misconfigured(
                f"{type(self).__name__} runs in one process, but WORLD_SIZE={ranks}: start `vllm serve {self.model}` "
                f"beside the training and use openai_engine('host:8000', {self.model!r}) on every rank"
            )

    def __getstate__(self) -> dict[str, Any]:
        return state_of(self)

    def __repr__(self) -> str:
        return as_call(self)

"""What models in this process share, by transformers: their arguments, their turn, rows of tokens in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar, cast

from rewards.core import FailureKind
from rewards.models.arguments import check
from rewards.models.engines.contract import LATE, EngineFailure
from rewards.models.engines.in_process import Busy, held, model_name, state_of
from rewards.models.engines.printing import as_call
from rewards.models.engines.transformers_loading import Loaded, Task, load
from rewards.models.engines.trouble import one_line

Item = TypeVar("Item")
Number = TypeVar("Number")


class Row(NamedTuple):
    """One input of a model.

    Args:
        ids: its tokens.
        marks: places in it that the result is read from.
    """

    ids: list[int]
    marks: Sequence[int]


class TooLong(ValueError):
    """An input that can't be turned into tokens for this model; says why."""


@dataclass(frozen=True, repr=False)
class LocalModel:
    """A model in this process, by transformers: loaded when first used, one call at a time.

    Args:
        model: a folder or hub name, or a model that is loaded.
        tokenizer: the same for its tokenizer; by default the model's.
        device: where it runs; by default `cuda` where there is one, else `cpu`.
        dtype: of its weights; `auto` is as they are stored. Results are computed from float32 logits.
        batch_size: inputs at once; halved where memory runs out.
        batch_timeout_s: longest time for one call, waiting for its turn included.
        template: further arguments for the chat template.
        options: further arguments for `from_pretrained`.

    Nothing is cut: an input that is too long is an `EngineFailure`. Needs `torch` and `transformers`.

    Raises:
        ValueError: for `batch_size` or `batch_timeout_s` out of range; when first used, for weights without the head.
    """

    model: Any
    tokenizer: Any = None
    device: str | None = field(default=None, kw_only=True)
    dtype: str = field(default="auto", kw_only=True)
    batch_size: int = field(default=16, kw_only=True)
    batch_timeout_s: float = field(default=3600.0, kw_only=True)
    template: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    options: Mapping[str, Any] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        check(self, batch_size=self.batch_size >= 1, batch_timeout_s=self.batch_timeout_s > 0)

    @property
    def name(self) -> str:
        """The model, for fingerprints and logs."""
        return model_name(self.model)

    def numbers(
        self,
        items: Sequence[Item],
        row_of: Callable[[Item, Loaded], Row],
        forward: Callable[[Loaded, Sequence[Row]], Sequence[Number]],
    ) -> list[Number | EngineFailure]:
        """For each item what `forward` reads off its row, rows of like length together.

        Args:
            items: what is asked about.
            row_of: an item as tokens; it may raise `TooLong`.
            forward: one batch through the model.
        """

        def work(items: Sequence[Item], loaded: Loaded, until: float) -> list[Number | EngineFailure]:
            return self._numbers([_row(item, loaded, row_of) for item in items], loaded, forward, until)

        return self.in_turn(items, work)

    def in_turn(
        self, items: Sequence[Item], work: Callable[[Sequence[Item], Loaded, float], list[Number | EngineFailure]]
    ) -> list[Number | EngineFailure]:
        """What `work(items, loaded, until)` finds when it is its turn."""
        if not items:
            return []
        try:
            with held(self, self._load).turn(self.batch_timeout_s) as (loaded, until):
                return work(items, loaded, until)
        except Busy as busy:
            return [EngineFailure(str(busy), late=True)] * len(items)

    def _numbers(
        self,
        rows: Sequence[Row | EngineFailure],
        loaded: Loaded,
        forward: Callable[[Loaded, Sequence[Row]], Sequence[Number]],
        until: float,
    ) -> list[Number | EngineFailure]:
        good = {at: row for at, row in enumerate(rows) if not isinstance(row, EngineFailure)}
        found: dict[int, Number | EngineFailure] = {
            at: row for at, row in enumerate(rows) if isinstance(row, EngineFailure)
        }
        order = sorted(good, key=lambda at: -len(good[at].ids))
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            late = time.monotonic() >= until
            said = [LATE] * len(batch) if late else halved(loaded, [good[at] for at in batch], forward)
            found.update(zip(batch, said, strict=True))
        return [found[at] for at in range(len(rows))]

    def _task(self) -> str:
        """The class of transformers that loads it."""
        return "AutoModelForCausalLM"

    def _arguments(self) -> Mapping[str, Any]:
        """What `from_pretrained` is given besides."""
        return self.options

    def _load(self) -> Loaded:
        task = cast(Task, self._task())
        return load(self.model, self.tokenizer, task, self.device, self.dtype, self.template, dict(self._arguments()))

    def __getstate__(self) -> dict[str, Any]:
        return state_of(self)

    def __repr__(self) -> str:
        tokenizer = {} if self.tokenizer is None else {"tokenizer": repr(model_name(self.tokenizer))}
        return as_call(self, instead={"model": repr(self.name), **tokenizer})


def _row(item: Item, loaded: Loaded, row_of: Callable[[Item, Loaded], Row]) -> Row | EngineFailure:
    try:
        row = row_of(item, loaded)
    except TooLong as why:
        return EngineFailure(str(why))
    except Exception as error:  # templates raise what they like; it must cost no other item
        return EngineFailure(one_line(f"{type(error).__name__}: {error}"), FailureKind.bug)
    if loaded.most_tokens is not None and len(row.ids) > loaded.most_tokens:
        return EngineFailure(f"too long: {len(row.ids)} tokens of {loaded.most_tokens}")
    return row


def halved(
    loaded: Loaded, rows: Sequence[Row], forward: Callable[[Loaded, Sequence[Row]], Sequence[Number]]
) -> list[Number | EngineFailure]:
    """One batch; where memory runs out, its halves."""
    import torch

    try:
        with torch.inference_mode():
            return list(forward(loaded, rows))
    except torch.OutOfMemoryError:
        if len(rows) == 1:
            return [EngineFailure(f"too long: no memory for {len(rows[0].ids)} tokens")]
    torch.cuda.empty_cache()
    half = len(rows) // 2
    return [*halved(loaded, rows[:half], forward), *halved(loaded, rows[half:], forward)]


def plain_ids(loaded: Loaded, text: str) -> list[int]:
    """A text's tokens, with nothing in it read as a special token: what a policy writes can't forge one."""
    ids: list[int] = loaded.tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
    return ids


def token_id(loaded: Loaded, text: str, role: str) -> int:
    """The one token that a text is.

    Raises:
        ValueError: it is none, or several.
    """
    return ending_ids(loaded, text, role)[-1]


def ending_ids(loaded: Loaded, text: str, role: str = "separator") -> list[int]:
    """A text that is one token, with the blank that some tokenizers put ahead of it.

    Raises:
        ValueError: it is no token, or several.
    """
    ids: list[int] = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    one = len(ids) == 1 or (len(ids) == 2 and not loaded.tokenizer.decode(ids[:1]).strip())
    if not one or ids[-1] == loaded.tokenizer.unk_token_id:
        raise ValueError(f"{role}={text!r} is not one token of this model's tokenizer, but {ids}")
    return ids

"""Which rollouts belong together: those of one prompt, `group_size` at a time."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Hashable, Iterable, Sequence

from rewards.core.rollout import Rollout, Text

log = logging.getLogger("rewards")

_cut: set[int] = set()
"""The group sizes of which the log has said that they cut groups."""


def prompt_key(prompt: Text | None) -> Hashable:
    """A key that is equal for equal prompts, chat messages included."""
    if prompt is None or isinstance(prompt, str):
        return prompt
    return ("messages", json.dumps([dict(message) for message in prompt], sort_keys=True, default=repr))


def by_prompt(rollouts: Sequence[Rollout]) -> list[list[int]]:
    """The positions of each prompt's rollouts, in the order the prompts come."""
    positions: dict[Hashable, list[int]] = {}
    for position, rollout in enumerate(rollouts):
        positions.setdefault(prompt_key(rollout.prompt), []).append(position)
    return list(positions.values())


def grouped(rollouts: Sequence[Rollout], group_size: int) -> tuple[list[list[int]], list[int]]:
    """Split a batch into groups of one prompt, and what is left over.

    Rollouts of one prompt form groups of `group_size` in the order they come, so a prompt that the data set
    holds twice makes two groups. Where all prompts make several, `group_size` is likely not the trainer's: a warning.

    Returns:
        The groups, each a list of positions in `rollouts`, and the positions that fill no group.

    Raises:
        ValueError: group_size is no whole number above 0.

    >>> batch = [Rollout("a", "p"), Rollout("b", "q"), Rollout("c", "p")]
    >>> grouped(batch, 2)
    ([[0, 2]], [1])
    """
    if not isinstance(group_size, int) or group_size < 1:
        raise ValueError(f"group_size must be a whole number above 0, got {group_size!r}")
    groups: list[list[int]] = []
    partial: list[int] = []
    prompts = by_prompt(rollouts)
    _warn_of_cut(min(map(len, prompts), default=0), group_size)
    for positions in prompts:
        whole = len(positions) - len(positions) % group_size
        groups += [positions[start : start + group_size] for start in range(0, whole, group_size)]
        partial += positions[whole:]
    return groups, sorted(partial)


def _warn_of_cut(fewest: int, group_size: int) -> None:
    """Say once that even the prompt with the fewest rollouts makes several groups."""
    if fewest < 2 * group_size or group_size in _cut or group_size == 1:
        return
    _cut.add(group_size)
    log.warning(
        "every prompt of a batch has %d rollouts or more, which group_size=%d cuts into several groups in the order "
        "they come, each compared by itself; give group_size the number of rollouts of a prompt (TRL: num_generations)",
        fewest,
        group_size,
    )


def with_prompts_of(rollouts: Sequence[Rollout], rows: Iterable[int]) -> list[int]:
    """Every row whose prompt is that of one of `rows`, so that groups are seen whole."""
    wanted = {prompt_key(rollouts[row].prompt) for row in rows}
    return [row for row, rollout in enumerate(rollouts) if prompt_key(rollout.prompt) in wanted]


def drawn(prompt: Text | None) -> float:
    """A number in [0, 1) drawn by what the prompt says, so that a draw takes or leaves whole groups.

    >>> drawn("a") == drawn("a") != drawn("b")
    True
    """
    digest = hashlib.sha256(repr(prompt_key(prompt)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48

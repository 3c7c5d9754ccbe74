"""What a model is shown of a completion."""

from __future__ import annotations

from rewards.core import Rollout
from rewards.text import split

VIEWS = ("reply", "full")
"""What a model may be shown: the reply, or all of the completion."""


def view_of(rollout: Rollout, view: str, prefill: str | None, max_characters: int | None = None) -> str:
    r"""The reply, or with `view="full"` all of the completion; where it is longer than allowed it is cut and says so.

    >>> view_of(Rollout("<think>Hm.</think>Yes, of course."), "reply", None, max_characters=3)
    'Yes\n[cut here, 12 characters left out]'
    """
    parts = split(rollout.completion, prompt=rollout.prompt, prefill=prefill)
    text = (parts.reply if view == "reply" else parts.text).strip()
    left = 0 if max_characters is None else len(text) - max_characters
    return text if left <= 0 else f"{text[:max_characters]}\n[cut here, {left} characters left out]"

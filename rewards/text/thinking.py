"""A completion taken apart into thinking and reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rewards.core.rollout import Text
from rewards.text.families import tags_of
from rewards.text.messages import Piece, last_turn
from rewards.text.prefill import Prefilled, prefilled
from rewards.text.special import end_of_text
from rewards.text.tags import NO_MARKS, Mark, Marks, divide

OPEN_TAG = "<think>"
CLOSE_TAG = "</think>"


class Split(NamedTuple):
    """A completion's parts. `before`, the tags, `thinking`, `reply` and `trailing` make up `text`, in this order.

    Args:
        text: all that the policy wrote in its last turn, tags included; thinking from a message field comes first.
        before: what stands before the first tag, where that is an opening one.
        thinking: from the first opening tag to the last closing tag, inner tags included; all that follows where
            thinking was never closed; from the start where it was closed but not opened; None where there are no
            tags at all.
        reply: what follows the last closing tag. It holds no tag, and nothing of it is unclosed thinking.
        trailing: text of special tokens at the end, such as `<|im_end|>`.
        opens, closes: how many times thinking was opened and closed, by tags written, by the prefill or by a message
            field.
        opened: whether an opening came first.
        closed: whether thinking ended, so that what follows is a reply.
        was_prefilled: whether the opening stood in the prompt and not in the completion.
        from_field: whether thinking came apart from the content (`reasoning_content`, a thinking part).
    """

    text: str
    before: str
    thinking: str | None
    reply: str
    trailing: str
    opens: int
    closes: int
    opened: bool
    closed: bool
    was_prefilled: bool
    from_field: bool


def split(
    completion: Text,
    *,
    prompt: Text | None = None,
    prefill: str | None = None,
    open_tag: str = OPEN_TAG,
    close_tag: str = CLOSE_TAG,
    other_families: bool = True,
) -> Split:
    r"""Take a completion apart into thinking and reply.

    The reply is what follows the *last* closing tag, and is empty where an opening tag comes after that. Of all the
    choices this is the one that gives a policy least: whatever stands between tags, in whatever order they come, is
    thinking, so nothing can be shown as a reply and taken back, or be counted while still being thought. See
    docs/text.md. A completion without tags is all reply, unless thinking was prefilled.

    Args:
        completion: text, or messages, of which the last assistant turn counts.
        prompt: looked at for a prefilled opening tag; see `prefilled`.
        prefill: what the chat template writes ahead of the completion, such as `"<think>\n"`; the empty string says
            that it writes nothing. Taken as it is, and the prompt is then not looked at.
        open_tag: what opens thinking, letter case and all.
        close_tag: what closes it.
        other_families: whether a completion with neither of these tags may use another model family's (`[THINK]`,
            gpt-oss' channels); see `rewards.text.families`.

    Raises:
        ValueError: for tags that are empty or of which one contains the other.
        TypeError: for a completion that is neither text nor messages.

    >>> parts = split("<think>2+2 is 4.</think>The answer is 4.<|im_end|>")
    >>> parts.thinking, parts.reply, parts.trailing
    ('2+2 is 4.', 'The answer is 4.', '<|im_end|>')
    >>> split("2+2 is \\boxed{4}, I think", prefill="<think>\n").reply
    ''
    """
    if open_tag in close_tag or close_tag in open_tag:
        raise ValueError(f"tags must be text of which neither contains the other, got {open_tag!r} and {close_tag!r}")
    pieces = last_turn(completion)
    from_field = len(pieces) > 1 or (len(pieces) == 1 and pieces[0].thinking)
    # A message field means that the tags are parsed away already, a prefilled one too.
    state = Prefilled.nothing if from_field else prefilled(prompt, prefill, open_tag, close_tag)
    given_opens, given_closes = _given_marks(pieces, state)
    text = pieces[0].text if len(pieces) == 1 else "".join(piece.text for piece in pieces)
    end = end_of_text(text, given_closes[-1][0] if given_closes else 0)
    if not given_opens and open_tag not in text and close_tag not in text:
        tags = tags_of(text[:end]) if other_families else None
        if tags is None:  # by far the commonest completion
            return Split(text, "", None, text[:end], text[end:], 0, 0, False, False, False, from_field)
        opens, closes = (_marks(text[:end], tag, []) for tag in tags)
    else:
        opens, closes = _marks(text, open_tag, given_opens), _marks(text, close_tag, given_closes)
    parts = divide(opens, closes, end)
    return Split(
        text=text,
        before=text[: parts.before],
        thinking=None if parts.thinking is None else text[slice(*parts.thinking)],
        reply=text[parts.reply : end],
        trailing=text[end:],
        opens=opens.number,
        closes=closes.number,
        opened=parts.opened,
        closed=parts.closed,
        was_prefilled=state is not Prefilled.nothing,
        from_field=from_field,
    )


def _given_marks(pieces: Sequence[Piece], state: Prefilled) -> tuple[list[Mark], list[Mark]]:
    """The openings and closings that no tag in the text stands for, as empty marks where they happen."""
    opens: list[Mark] = [] if state is Prefilled.nothing else [(0, 0)]
    closes: list[Mark] = [(0, 0)] if state is Prefilled.closed else []
    at = 0
    if len(pieces) == 1 and not pieces[0].thinking:
        return opens, closes
    for piece in pieces:
        end = at + len(piece.text)
        if piece.thinking:
            opens.append((at, at))
            closes.append((end, end))
        at = end
    return opens, closes


def _marks(text: str, tag: str, given: list[Mark]) -> Marks:
    """The marks of a tag, written and given. At one place an empty mark comes before a written tag."""
    count = text.count(tag)
    if not count:
        return Marks(len(given), given[0], given[-1]) if given else NO_MARKS
    first = text.find(tag)
    if count == 1 and not given:
        mark = (first, first + len(tag))
        return Marks(1, mark, mark)
    last = text.rfind(tag)
    marks = [(first, first + len(tag)), (last, last + len(tag)), *given]
    return Marks(count + len(given), min(marks), max(marks))

"""The text of special tokens that some trainers leave at the end of a completion."""

from __future__ import annotations

import re

END_TOKENS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|eot|>",
    "<|end_of_text|>",
    "<|end|>",
    "<|return|>",
    "<|END_OF_TURN_TOKEN|>",
    "<|END_RESPONSE|>",
    "<|EOT|>",
    "<|eos|>",
    "<|end_of_sentence|>",
    "<|assistant_end|>",
    "<|user|>",  # GLM stops at the turn of the one who speaks next
    "<|observation|>",
    "<|call|>",
    "[|endofturn|]",
    "<seed:eos>",
    "<turn|>",
    "<|finetune_right_pad_id|>",
    "<|pad|>",
    "<｜end▁of▁sentence｜>",
    "<end_of_turn>",
    "<eos>",
    "<pad>",
    "[EOS]",
    "[EOT]",
    "[PAD]",
    "</s>",
)
"""End-of-turn, end-of-text and padding tokens of the common model families, as decoded with special tokens kept."""

_LAST = frozenset(token[-1] for token in END_TOKENS)

# Read from the end, so that a megabyte of them costs one pass: the text is reversed, and so is each token.
_REVERSED = re.compile(rf"(?:\s*+(?:{'|'.join(re.escape(token[::-1]) for token in END_TOKENS)}))*+")

# Any special token: what decoders write where the vocabulary has a control token, known family or not.
_ANY = re.compile(
    r"<[|｜][^<>|｜\s]{2,40}(?: [^<>|｜\s]{1,40})?[|｜]>|<\|[a-z_]{2,40}>|<[a-z_]{2,40}\|>|\[\|[a-z_]{2,40}\|\]"
    r"|</?s>|<(?:bos|eos|pad|unk|seed:[a-z]{1,20}|(?:start|end)_of_turn)>|\[(?:BOS|EOS|EOT|PAD|UNK|CLS|SEP|MASK|/?INST)\]",
    re.IGNORECASE,
)


def without_special(text: str) -> str:
    """`text` without the text of special tokens, wherever it stands and of whichever model.

    >>> without_special("<|im_start|>assistant <|user|>4</s>")
    'assistant 4'
    """
    return _ANY.sub("", text) if "|" in text or "｜" in text or "<" in text or "[" in text else text


def end_of_text(text: str, start: int = 0) -> int:
    r"""Where the text ends and trailing special tokens, with the space between and after them, begin.

    Args:
        text: a completion's text.
        start: the first position that may be given up.

    >>> end_of_text("The answer is 4.<|im_end|>\n<|endoftext|>")
    16
    >>> end_of_text("Write </s> last. ")
    17
    """
    stripped = text.rstrip()
    if stripped[-1:] not in _LAST or not stripped.endswith(END_TOKENS):
        return len(text)
    tail = text[start:]
    match = _REVERSED.match(tail[::-1])
    return len(text) - (match.end() if match else 0)

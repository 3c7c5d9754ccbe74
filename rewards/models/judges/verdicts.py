"""What a judge that compares two responses says of the first: by its verdict, or by the probabilities of its token."""

from __future__ import annotations

import math
import re

from rewards.models.blame import Unread
from rewards.models.engines import Sample
from rewards.models.grm.parse import MOST_BEHIND, reply_in
from rewards.text import CLOSE_TAG

_VERDICT = re.compile(r"\[\[([ABC])\]\]")
_WON = {"A": 1.0, "B": 0.0, "C": 0.5}
_AROUND = " [](){}*Ġ▁\n"


def verdict(text: str, ties: bool) -> float | None:
    """What the `[[…]]` at a reply's end says of the first response: 1 better, 0 worse, 0.5 as good; None for none.

    >>> verdict("Not [[A]]: [[B]]", ties=False), verdict("<think>Perhaps [[A]]", ties=False)
    (0.0, None)
    """
    reply = reply_in(text)
    found = [] if isinstance(reply, Unread) else list(_VERDICT.finditer(reply[-MOST_BEHIND:]))
    if not found or (found[-1][1] == "C" and not ties):
        return None
    return _WON[found[-1][1]]


def token_preference(sample: Sample) -> float | None:
    """P(A) / (P(A) + P(B)) at the last token of the reply that is likeliest A or B, None where there is none.

    One in brackets goes before one that is not, which may be a word of what a judge adds to its verdict: "A is …".
    """
    if isinstance(reply_in(sample.text), Unread):
        return None
    bare: float | None = None
    for place in range(len(sample.logprobs) - 1, -1, -1):
        likeliest, top = sample.logprobs[place], _top(sample, place)
        mass = {"A": 0.0, "B": 0.0}
        for token, logprob in likeliest.items():
            letter = token.strip(_AROUND)
            if letter in mass:
                mass[letter] += math.exp(logprob)
        if top.strip(_AROUND) in mass and sum(mass.values()) > 0:
            share = mass["A"] / (mass["A"] + mass["B"])
            if "[" in top or _top(sample, place - 1).endswith("["):
                return share
            bare = share if bare is None else bare
        if CLOSE_TAG in top:  # ahead of it the judge only thinks
            break
    return bare


def _top(sample: Sample, place: int) -> str:
    """The likeliest token in a place."""
    likeliest = sample.logprobs[place] if place >= 0 else {}
    return max(likeliest, key=lambda token: likeliest[token], default="")

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
    """P(A) / (P(A) + P(B)) at the reply's last token that is likeliest A or B; None where there is none."""
    if isinstance(reply_in(sample.text), Unread):
        return None
    for likeliest in reversed(sample.logprobs):
        mass = {"A": 0.0, "B": 0.0}
        for token, logprob in likeliest.items():
            letter = token.strip(" [](){}*Ġ▁\n")
            if letter in mass:
                mass[letter] += math.exp(logprob)
        top = max(likeliest, key=lambda token: likeliest[token], default="")
        if top.strip(" [](){}*Ġ▁\n") in mass and sum(mass.values()) > 0:
            return mass["A"] / (mass["A"] + mass["B"])
        if CLOSE_TAG in top:  # ahead of it the judge only thinks
            return None
    return None

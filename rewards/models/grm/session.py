"""One batch of judging: asks everything at once, then again for the responses that lack a quorum."""

from __future__ import annotations

from collections.abc import Sequence

from rewards.core import Message
from rewards.models.blame import Asking, Said, ask, why_unread
from rewards.models.engines import EngineFailure, Request, Sample
from rewards.models.grm.ballot import Vote
from rewards.models.grm.panel import Manner, Panel, chat_of, short_of_quorum
from rewards.models.grm.parse import Unread, scores_in
from rewards.models.grm.plan import showings
from rewards.models.grm.prompt import Shown
from rewards.models.grm.weighing import weigh


def judge(panels: Sequence[Panel], manner: Manner) -> None:
    """Fill the panels' ballots: every question, chunk and sample goes to the engine in one call.

    A response with fewer than `quorum` votes is shown again alone; see `ask` for what follows.
    """
    _ask(panels, manner)
    _settle(short_of_quorum(panels, manner.quorum), manner)
    if manner.meta is not None:
        weigh(panels, manner, manner.meta, _settle)


def _ask(panels: Sequence[Panel], manner: Manner) -> None:
    """Show every panel's responses in all their orders and put what can be read on the ballots."""
    most, orders = manner.most_at_once, manner.orders
    planned = [
        (panel, showing)
        for panel in panels
        for showing in showings(len(panel.responses), manner.k, most_at_once=most, orders=orders, random=panel.random())
    ]
    requests = [
        Request(
            chat_of(panel, [panel.responses[at] for at in showing.order], manner), manner.sampling.of(showing.samples)
        )
        for panel, showing in planned
    ]
    for (panel, showing), answer in zip(planned, manner.engine.generate(requests), strict=True):
        if isinstance(answer, EngineFailure):
            panel.ballot.unread.append((showing.order, answer.why, ""))
            continue
        for sample in answer:
            read = scores_in(sample.text, len(showing.order), manner.low, manner.high)
            if isinstance(read, Unread):
                panel.ballot.unread.append((showing.order, why_unread(read, sample), sample.text or " "))
            else:
                panel.ballot.votes.append(Vote(showing.order, read, sample.text))


def _settle(short: Sequence[tuple[Panel, int]], manner: Manner) -> None:
    """Show responses without a quorum again, alone; where that gives none either, it is settled who is to blame."""
    known = [
        Said(had=len(panel.ballot.about(response)), away=panel.ballot.only_refused(response))
        for panel, response in short
    ]
    askings = [_alone(panel, response, manner) for panel, response in short]
    for (panel, response), said in zip(
        short, ask(manner.engine, manner.sampling, askings, manner.quorum, known), strict=True
    ):
        alone = (response,)
        panel.ballot.votes += [Vote(alone, [vote], text) for vote, text in zip(said.votes, said.texts, strict=True)]
        panel.ballot.unread += [(alone, why, text) for why, text in said.unread]
        if said.blamed:
            panel.blamed[response] = said.blamed
        if said.failed is not None:
            panel.failed[response] = said.failed


def _alone(panel: Panel, response: int, manner: Manner) -> Asking:
    """One response, or a stand-in that nothing is known of, shown by itself."""
    own = panel.responses[response]

    def chat(text: str) -> Sequence[Message]:
        return chat_of(panel, [own if text == own.text else Shown(text)], manner)

    def read(sample: Sample) -> float | Unread:
        scores = scores_in(sample.text, 1, manner.low, manner.high)
        return scores if isinstance(scores, Unread) else scores[0]

    return Asking(own.text, chat, read)

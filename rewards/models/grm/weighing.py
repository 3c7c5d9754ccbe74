"""The meta reward model's word on every vote, and who is to blame for those that it can't read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rewards.core import FailureKind
from rewards.models.blame import STAND_IN
from rewards.models.engines import EngineFailure, Request, ScoringModel
from rewards.models.engines.checked import known_up
from rewards.models.grm.panel import Manner, Panel, chat_of, short_of_quorum
from rewards.models.grm.prompt import Shown, meta_chat

Short = Sequence[tuple[Panel, int]]
_STAND_IN = (Shown(STAND_IN),)


def weigh(
    panels: Sequence[Panel], manner: Manner, meta: ScoringModel, show_again: Callable[[Short, Manner], None]
) -> None:
    """Let the meta reward model score every vote; one that it can't score is none.

    Where that leaves a response without a quorum, a stand-in is judged and its judgement scored. If that can't be done
    either, the model is to blame. Else the response is shown again, alone, and is to blame if that gives it no quorum.

    Args:
        panels: what was judged.
        manner: how.
        meta: the meta reward model.
        show_again: shows responses alone and puts what can be read on the ballots.
    """
    _score(panels, manner, meta)
    short = short_of_quorum(panels, manner.quorum)
    if not short:
        return
    broken = _without_stand_in(short, manner, meta)
    for panel, response in short:
        if id(panel) in broken:
            failure = broken[id(panel)]
            panel.failed[response] = (failure.kind, failure.why)
    again = [(panel, response) for panel, response in short if id(panel) not in broken]
    show_again(again, manner)
    late = _score([panel for panel, _ in again], manner, known_up(meta))  # the stand-in was scored
    for panel, response in short_of_quorum([panel for panel, _ in again], manner.quorum):
        last = _last(panel, response)
        if (id(panel), response) in late:
            panel.failed[response] = (FailureKind.judge_unavailable, last)
        else:
            panel.blamed[response] = f"a stand-in's judgement can be weighed and its own can't: {last}"


def _score(panels: Sequence[Panel], manner: Manner, meta: ScoringModel) -> set[tuple[int, int]]:
    """Weigh the votes that have no logit yet; those that can't be are taken off the ballots.

    Gives the panels and responses that lost one for want of time.
    """
    late = set()
    distinct = {id(panel): panel for panel in panels}.values()
    votes = [(panel, vote) for panel in distinct for vote in panel.ballot.votes if vote.logit is None]
    chats = [
        meta_chat(manner.meta_template, panel.question, [panel.responses[at] for at in vote.order], vote.text)
        for panel, vote in votes
    ]
    for (panel, vote), logit in zip(votes, meta.logits(chats) if chats else [], strict=True):
        if isinstance(logit, EngineFailure):
            panel.ballot.lose(vote, _why(logit))
            late |= {(id(panel), response) for response in vote.order if logit.late}
        else:
            vote.logit = logit
    return late


def _without_stand_in(short: Short, manner: Manner, meta: ScoringModel) -> dict[int, EngineFailure]:
    """For each panel whose question can't be judged and weighed with a stand-in for its responses: why."""
    panels = list({id(panel): panel for panel, _ in short}.values())
    # first a judgement of one line, so that a meta reward model that is down costs no judging
    broken = _refused([(panel, f"Scores: \\boxed{{{manner.low:g}}}") for panel in panels], manner, meta)
    panels = [panel for panel in panels if id(panel) not in broken]
    once = manner.sampling.of(1)
    judged = manner.engine.generate([Request(chat_of(panel, _STAND_IN, manner), once) for panel in panels])
    broken |= {id(p): one for p, one in zip(panels, judged, strict=True) if isinstance(one, EngineFailure)}
    texts = [(p, one[0].text) for p, one in zip(panels, judged, strict=True) if not isinstance(one, EngineFailure)]
    return broken | _refused(texts, manner, meta)


def _refused(judged: Sequence[tuple[Panel, str]], manner: Manner, meta: ScoringModel) -> dict[int, EngineFailure]:
    """The panels for which the meta reward model can't score a judgement of a stand-in."""
    chats = [meta_chat(manner.meta_template, panel.question, _STAND_IN, text) for panel, text in judged]
    said = zip(judged, meta.logits(chats) if chats else [], strict=True)
    return {id(p): EngineFailure(_why(one), one.kind) for (p, _), one in said if isinstance(one, EngineFailure)}


def _why(failure: EngineFailure) -> str:
    return f"the meta reward model: {failure.why}"


def _last(panel: Panel, response: int) -> str:
    """What was last said of why a response has no vote."""
    return [why for order, why, _ in panel.ballot.unread if response in order][-1]

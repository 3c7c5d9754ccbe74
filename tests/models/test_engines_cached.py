"""Answers kept by content."""

from __future__ import annotations

import pickle

import pytest

from rewards.models.engines import cached_engine

from .loopback import Exchange, ask, engine_for, failures, loopback, texts


def test_greedy_answers_are_asked_for_once_and_sampled_ones_every_time() -> None:
    with loopback() as server:
        engine = cached_engine(engine_for(server), entries=2)
        engine.generate([ask("a"), ask("a"), ask("b")])
        engine.generate([ask("b"), ask("a")])
        assert sorted(exchange.text for exchange in server.seen) == ["a", "b"]  # both under way at once
        engine.generate([ask("c")])  # b was used before a: it makes room
        engine.generate([ask("a"), ask("b")])
        assert [exchange.text for exchange in server.seen[2:]] == ["c", "b"]
        engine.generate([ask("d", temperature=1.0)] * 2)
        engine.generate([ask("d", temperature=1.0, seed=1)] * 2)
        assert [exchange.text for exchange in server.seen[4:]] == ["d", "d", "d"]
        assert pickle.loads(pickle.dumps(engine)) == engine
        assert engine.name == "judge"


def test_failures_are_not_remembered() -> None:
    async def handler(exchange: Exchange) -> None:
        await (exchange.send(400, "no") if exchange.number == 0 else exchange.answer())

    with loopback(handler) as server:
        engine = cached_engine(engine_for(server))
        assert "no" in failures(engine.generate([ask()]))[0]
        assert texts(engine.generate([ask()])) == [["yes"]]
    with pytest.raises(ValueError, match="cached_engine: entries=0 is out of range"):
        cached_engine(engine, entries=0)

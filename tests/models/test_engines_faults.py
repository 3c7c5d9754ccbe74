"""openai_engine and grm when servers die, refuse, babble, stall or never end."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time

import pytest

from rewards import Rollout, Status
from rewards.core import FailureKind
from rewards.models import grm
from rewards.models.engines import EngineFailure, openai_engine

from .faults import FAULTS, GARBAGE, never_replies, pours
from .loopback import QUICK, Exchange, ask, chat_reply, engine_for, failures, free_port, loopback, says_yes, texts


def test_a_dead_server_is_passed_over() -> None:
    with loopback() as alive:
        engine = openai_engine((f"127.0.0.1:{free_port()}", alive.url), "judge", **QUICK)
        assert texts(engine.generate([ask()] * 20)) == [["yes"]] * 20


def test_nobody_there_is_a_failure_with_its_cause_soon() -> None:
    engine = openai_engine(f"127.0.0.1:{free_port()}", "judge", **QUICK)
    start = time.monotonic()
    whys = failures(engine.generate([ask()] * 50))
    assert all("can't connect to http://127.0.0.1" in why and "down for" in why for why in whys)
    again = failures(engine.generate([ask()] * 50))  # known to be down: looked at once, then given up
    assert len(again) == 50
    assert time.monotonic() - start < 10


def test_a_server_killed_in_mid_batch_and_started_again_loses_no_request() -> None:
    async def handler(exchange: Exchange) -> None:
        if exchange.number == 30:
            await exchange.server.stop_from_inside()
            asyncio.get_running_loop().call_later(
                0.2, lambda: asyncio.ensure_future(exchange.server.start_from_inside())
            )
            exchange.drop()
            return
        await asyncio.sleep(0.01)
        await exchange.answer()

    with loopback(handler) as server:
        engine = engine_for(server, concurrency=8, patience_s=10)
        assert texts(engine.generate([ask(n=2, temperature=1.0)] * 60)) == [["yes", "yes"]] * 60


def test_a_server_killed_for_good_fails_what_is_left_with_its_cause() -> None:
    async def handler(exchange: Exchange) -> None:
        if exchange.number == 10:
            await exchange.server.stop_from_inside()
            exchange.drop()
            return
        await exchange.answer()

    with loopback(handler) as server:
        answers = engine_for(server, concurrency=4).generate([ask()] * 30)
    lost = [answer for answer in answers if isinstance(answer, EngineFailure)]
    assert 30 - 10 >= len(lost) >= 30 - 10 - 4
    assert all("connect" in failure.why for failure in lost)


def test_a_storm_of_429_is_weathered() -> None:
    refused = 0

    async def handler(exchange: Exchange) -> None:
        nonlocal refused
        if exchange.server.under_way > 3:
            refused += 1
            await exchange.send(429, '{"error": {"message": "slow down"}}')
        else:
            await asyncio.sleep(0.002)
            await exchange.answer()

    with loopback(handler) as server:
        assert texts(engine_for(server, concurrency=64).generate([ask()] * 120)) == [["yes"]] * 120
    assert 0 < refused <= 200  # 93 times; about 400 where nobody slows down


def test_429_for_ever_is_a_failure_with_the_servers_words() -> None:
    async def handler(exchange: Exchange) -> None:
        await exchange.send(429, '{"error": {"message": "quota used up"}}')

    with loopback(handler) as server:
        (why,) = failures(engine_for(server, retries=3).generate([ask()]))
        assert why == "429 from the server: quota used up (asked 4 times)"


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_request_that_fells_the_server_each_time_is_given_up_while_others_are_answered(status: int) -> None:
    """A gateway says 504 of one that takes it too long. It was asked again for as long as others got through."""

    async def handler(exchange: Exchange) -> None:
        if "poison" in exchange.text:
            await exchange.send(status, "bad gateway")
        else:
            await exchange.answer()

    over = threading.Event()
    with loopback(handler) as server:
        engine = engine_for(server, backoff_s=0.01, patience_s=15.0, batch_timeout_s=20.0, retries=3)

        def others() -> None:
            while not over.is_set():
                engine.generate([ask("fine")])

        busy = threading.Thread(target=others)
        busy.start()
        try:
            poison, fine = engine.generate([ask("poison"), ask("fine")])
        finally:
            over.set()
            busy.join()
        assert isinstance(poison, EngineFailure)
        assert poison.why.startswith(f"{status} from the server: 'bad gateway' (asked ")
        assert texts([fine]) == [["yes"]]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(status: int) -> None:
    times: list[float] = []

    async def handler(exchange: Exchange) -> None:
        times.append(time.monotonic())
        if exchange.number == 0:
            await exchange.send(status, "busy", {"retry-after": "1"})
        else:
            await exchange.answer()

    with loopback(handler) as server:
        assert texts(engine_for(server, patience_s=20).generate([ask()])) == [["yes"]]
    assert times[1] - times[0] >= 1.0


def test_a_server_that_stays_away_longer_than_the_patience_is_given_up() -> None:
    async def handler(exchange: Exchange) -> None:
        await exchange.send(503, "loading", {"retry-after": "3600"})

    with loopback(handler) as server:
        start = time.monotonic()
        whys = failures(engine_for(server, patience_s=0.1).generate([ask()] * 3))
        assert all("503 from the server: 'loading', down for" in why for why in whys)
        assert time.monotonic() - start < 10


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 529])
def test_trouble_that_passes_is_tried_again(status: int) -> None:
    async def handler(exchange: Exchange) -> None:
        if exchange.number < 2:
            await exchange.send(status, "<html>trouble</html>")
        else:
            await exchange.answer()

    with loopback(handler) as server:
        assert texts(engine_for(server, patience_s=20).generate([ask()])) == [["yes"]]
        assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("status", "content", "cause"),
    [
        (
            400,
            '{"error": {"message": "This model\'s maximum context length is 4096 tokens"}}',
            "maximum context length",
        ),
        (401, '{"error": "bad key"}', "bad key"),
        (404, '{"detail": "no model named judge"}', "no model named judge"),
        (413, "", "413 from the server: empty"),
        (422, '{"detail": [{"loc": ["body"], "msg": "field required"}]}', "field required"),
        (302, "moved", "302 from the server"),
    ],
)
def test_what_a_server_refuses_fails_at_once(status: int, content: str, cause: str) -> None:
    async def handler(exchange: Exchange) -> None:
        await exchange.send(status, content)

    with loopback(handler) as server:
        (why,) = failures(engine_for(server).generate([ask()]))
        assert cause in why
        assert len(server.seen) == 1


def test_a_prompt_that_is_too_long_is_not_asked_for_again_with_fewer_samples() -> None:
    async def handler(exchange: Exchange) -> None:
        await exchange.send(400, '{"error": {"message": "the prompt is too long"}}')

    with loopback(handler) as server:
        assert "too long" in failures(engine_for(server).generate([ask(n=8, temperature=1.0)]))[0]
        assert len(server.seen) == 1


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_asked_for_again_and_then_a_failure_that_shows_it(name: str) -> None:
    async def handler(exchange: Exchange) -> None:
        await exchange.send(200, GARBAGE[name])

    with loopback(handler) as server:
        (why,) = failures(engine_for(server).generate([ask()]))
        assert why.startswith("the server's reply ")
        assert 2 <= len(server.seen) <= 4

    async def better(exchange: Exchange) -> None:
        await exchange.send(200, GARBAGE[name] if exchange.number == 0 else chat_reply("yes"))

    with loopback(better) as server:
        assert texts(engine_for(server).generate([ask()])) == [["yes"]]


@pytest.fixture
def small_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rewards.models.engines.asking._MOST_REPLY_BYTES", 1 << 20)


@pytest.mark.usefixtures("small_replies")
@pytest.mark.parametrize("name", FAULTS)
def test_every_request_to_a_server_that_misbehaves_fails_with_its_cause_in_time(name: str) -> None:
    handler, cause = FAULTS[name]
    with loopback(handler) as server:
        start = time.monotonic()
        timeout_s = 9.0 if handler is pours else 0.5  # pouring a MiB takes a busy host its time
        answers = engine_for(server, timeout_s=timeout_s, retries=3).generate([ask()] * 5)
        assert time.monotonic() - start < 10
    for why in failures(answers):
        assert any(words in why for words in cause.split("|")), why


@pytest.mark.usefixtures("small_replies")
@pytest.mark.parametrize("name", FAULTS)
def test_one_misbehaving_server_of_two_costs_no_answer(name: str) -> None:
    handler, _ = FAULTS[name]
    with loopback(handler) as bad, loopback() as good:
        engine = engine_for(bad, good, timeout_s=0.5, retries=12)
        assert texts(engine.generate([ask()] * 4)) == [["yes"]] * 4


def test_the_batch_deadline_ends_everything() -> None:
    with loopback(never_replies) as server:
        engine = engine_for(server, timeout_s=60.0, batch_timeout_s=0.4, concurrency=2)
        start = time.monotonic()
        whys = failures(engine.generate([ask()] * 10))
        assert time.monotonic() - start < 5
        assert all("ran out of time (batch_timeout_s)" in why for why in whys)
        server.handler = says_yes
        assert texts(engine.generate([ask()])) == [["yes"]]  # what was called off holds no place


def test_an_interrupt_calls_the_requests_off_and_leaves_the_engine_usable() -> None:
    asked = threading.Event()
    called_off = threading.Event()

    async def handler(exchange: Exchange) -> None:
        asked.set()
        try:
            await exchange.reader.read()  # the client hangs up
        finally:
            called_off.set()

    with loopback(handler) as server:
        engine = engine_for(server, timeout_s=60.0, concurrency=1)

        def interrupt() -> None:
            asked.wait(10)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            engine.generate([ask()])
        assert called_off.wait(10)
        server.handler = says_yes
        assert texts(engine.generate([ask()])) == [["yes"]]


# through grm


def judge_reply(exchange: Exchange) -> list[str]:
    count = exchange.text.count("[end of response")
    return [f"Principles:\n1. a (weight: 100%)\nScores: \\boxed{{{', '.join(['7'] * count)}}}"] * exchange.n


def rollouts(count: int, prompts: int) -> list[Rollout]:
    return [Rollout(f"reply number {at}", f"question {at % prompts}") for at in range(count)]


@pytest.mark.parametrize("group_size", [None, 4])
def test_grm_scores_every_rollout_while_its_server_is_killed_and_started_again(group_size: int | None) -> None:
    async def handler(exchange: Exchange) -> None:
        if exchange.number in (5, 12):
            await exchange.server.stop_from_inside()
            asyncio.get_running_loop().call_later(
                0.1, lambda: asyncio.ensure_future(exchange.server.start_from_inside())
            )
            exchange.drop()
        elif exchange.number % 7 == 3:
            await exchange.send(429, "busy")
        elif exchange.number % 11 == 4:
            await exchange.send(200, chat_reply(*judge_reply(exchange))[:-9])
        else:
            await exchange.answer(*judge_reply(exchange))

    with loopback(handler) as server:
        reward = grm(engine_for(server, concurrency=4, patience_s=10, retries=20), k=4, group_size=group_size)
        scores = reward.score(rollouts(24, 6))
    assert [score.value for score in scores] == pytest.approx([6 / 9] * 24)


@pytest.mark.parametrize("name", [name for name in FAULTS if FAULTS[name][0] is not pours])
def test_grm_fails_every_rollout_with_the_cause_in_time(name: str) -> None:
    handler, cause = FAULTS[name]
    with loopback(handler) as server:
        start = time.monotonic()
        engine = engine_for(server, timeout_s=0.4, batch_timeout_s=2.0, retries=2)
        scores = grm(engine, k=4).score(rollouts(6, 3))
        assert time.monotonic() - start < 10
    for score in scores:
        assert (score.status, score.kind) == (Status.failed, FailureKind.judge_unavailable)
        assert any(words in score.why for words in [*cause.split("|"), "ran out of time"]), score.why


def test_grm_gives_the_lowest_value_to_a_reply_that_is_too_long_for_its_judge() -> None:
    async def handler(exchange: Exchange) -> None:
        if len(exchange.text) > 8000:
            await exchange.send(400, json.dumps({"error": {"message": "maximum context length is 2048 tokens"}}))
        else:
            await exchange.answer(*judge_reply(exchange))

    with loopback(handler) as server:
        scores = grm(engine_for(server), k=2).score([Rollout("x" * 9000, "q"), Rollout("a fine reply", "q")])
    assert [score.value for score in scores] == pytest.approx([0.0, 6 / 9])
    assert "maximum context length" in scores[0].why

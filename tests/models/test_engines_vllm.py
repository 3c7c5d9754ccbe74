"""vLLM in process and behind HTTP, against transformers on the same tiny model. Slow; `make models` runs it."""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rewards.models.engines import (
    EngineFailure,
    Request,
    Sampling,
    openai_engine,
    transformers_engine,
    transformers_scores,
    vllm_engine,
    vllm_scores,
)
from rewards.models.engines.contract import LATE

from .served import Served, needs_vllm


def ask(text: str, **sampling: Any) -> Request:
    return Request([{"role": "user", "content": text}], Sampling(**{"max_tokens": 8, **sampling}))


@pytest.mark.parametrize("make", [vllm_engine, vllm_scores])
def test_several_ranks_are_refused_with_the_remedy(make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    made = make("judge")
    monkeypatch.setenv("WORLD_SIZE", "8")
    with pytest.raises(
        ValueError, match=r"WORLD_SIZE=8: start `vllm serve judge`.*openai_engine\('host:8000', 'judge'\)"
    ):
        make("judge")
    with pytest.raises(ValueError, match="WORLD_SIZE=8"):  # a config read before the ranks were started
        made.generate([ask("Hi")]) if make is vllm_engine else made.logits([ask("Hi").chat])


@pytest.mark.parametrize("make", [vllm_engine, vllm_scores])
def test_arguments_out_of_range_are_refused(make: Callable[..., Any]) -> None:
    for arguments in (
        {"max_num_seqs": 513},
        {"gpu_memory_utilization": 0},
        {"batch_timeout_s": 0},
        {"max_model_len": 0},
    ):
        with pytest.raises(ValueError, match=rf"{make.__name__}: {next(iter(arguments))}=.* is out of range"):
            make("judge", **arguments)


def test_an_engine_is_its_arguments_and_pickles_without_its_model() -> None:
    engine = vllm_engine("judge", max_num_seqs=8, options={"dtype": "float32"})
    assert pickle.loads(pickle.dumps(engine)) == engine
    assert repr(engine) == "vllm_engine('judge', max_num_seqs=8, options={'dtype': 'float32'})"
    assert repr(vllm_scores("judge")) == "vllm_scores('judge')"
    assert engine.generate([]) == []


# from here on with vLLM

TEXTS = ["Hi", "What is 2 + 2?", "", "a longer question, " * 5]
CHATS = [[{"role": "user", "content": text}, {"role": "assistant", "content": f"{text} indeed"}] for text in TEXTS]
ON_CPU = {"dtype": "float32", "enforce_eager": True}


@pytest.fixture(scope="module")
def engine(tiny_lm: str) -> vllm_engine:
    needs_vllm()
    return vllm_engine(tiny_lm, max_num_seqs=16, max_model_len=512, options=ON_CPU)


def told(samples: Sequence[Any]) -> list[tuple[str, str, int]]:
    """What is compared; vLLM leaves bytes at the end that are no character yet unsaid."""
    return [(sample.text.rstrip("\ufffd"), sample.finish_reason, sample.tokens) for sample in samples]


def alike(ours: Sequence[Any], theirs: Sequence[Any]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        assert told(one) == told(other)
        for mine, yours in zip(one[0].logprobs, other[0].logprobs, strict=True):
            assert max(mine.values()) == pytest.approx(max(yours.values()), abs=1e-3)


@pytest.mark.slow
def test_greedy_text_and_logprobs_are_those_of_transformers(engine: vllm_engine, tiny_lm: str) -> None:
    requests = [ask(text, logprobs=2) for text in TEXTS]
    alike(engine.generate(requests), transformers_engine(tiny_lm).generate(requests))


@pytest.mark.slow
def test_samples_failures_and_threads_in_one_engine(engine: vllm_engine) -> None:
    answers = engine.generate(
        [ask("Hi", n=5, temperature=1.0), ask("x" * 600), ask("Hi", n=2, temperature=1.0, seed=3)]
    )
    assert len(answers[0]) == 5  # type: ignore[arg-type]
    assert answers[1] == EngineFailure("too long: 603 tokens and 8 to come, of 512")
    assert engine.generate([ask("Hi", n=2, temperature=1.0, seed=3)]) == answers[2:]
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.extend(engine.generate([ask("Hi")] * 3))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert found == engine.generate([ask("Hi")]) * 9


@pytest.mark.slow
def test_what_is_not_answered_in_time_is_aborted(engine: vllm_engine) -> None:
    wanted = engine.generate([ask("Hi")])
    patience = engine.batch_timeout_s
    object.__setattr__(engine, "batch_timeout_s", 0.05)
    try:
        late = engine.generate([ask(f"number {at}", max_tokens=400, n=8, temperature=1.0) for at in range(16)])
    finally:
        object.__setattr__(engine, "batch_timeout_s", patience)
    assert all(answer == LATE for answer in late)
    assert engine.generate([ask("Hi")]) == wanted


@pytest.mark.slow
def test_scores_are_those_of_transformers(tiny_rm: str) -> None:
    needs_vllm()
    scores = vllm_scores(tiny_rm, max_model_len=512, options=ON_CPU)
    wanted = transformers_scores(tiny_rm).logits(CHATS)
    assert scores.logits(CHATS) == pytest.approx(wanted, abs=1e-3)
    assert scores.logits([[{"role": "user", "content": "x" * 600}], CHATS[0]])[0] == EngineFailure(
        "too long: 602 tokens and 0 to come, of 512"
    )


KILLED = """
import multiprocessing, sys
from rewards.models.engines import vllm_engine

if __name__ == "__main__":
    engine = vllm_engine(sys.argv[1], 8, 512, options={"dtype": "float32", "enforce_eager": True})
    engine.in_turn([None], lambda llm, items, until: [None])  # loads the model
    print("children", *(child.pid for child in multiprocessing.active_children()), flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_vllms_processes_end_with_one_that_is_killed(tiny_lm: str, tmp_path: Path) -> None:
    needs_vllm()
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    with (tmp_path / "log").open("wb") as log:
        parent = subprocess.Popen(
            [sys.executable, str(script), tiny_lm],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert parent.stdout is not None
    line = next((line for line in parent.stdout if line.startswith(b"children")), b"")
    handles = [os.pidfd_open(int(pid)) for pid in line.split()[1:]]
    assert handles, (tmp_path / "log").read_text()[-3000:]
    parent.kill()
    parent.wait()
    for handle in handles:
        assert select.select([handle], [], [], 60)[0]


@pytest.fixture(scope="module")
def served(tiny_lm: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    needs_vllm()
    server = Served(tiny_lm, tmp_path_factory.mktemp("serve") / "log")
    server.start()
    server.wait_until_up()
    yield server
    server.kill()


@pytest.mark.slow
def test_a_vllm_server_answers_as_transformers_does(served: Served, tiny_lm: str) -> None:
    engine = openai_engine(f"127.0.0.1:{served.port}", "judge", timeout_s=120)
    requests = [ask(text, logprobs=2) for text in TEXTS]
    alike(engine.generate(requests), transformers_engine(tiny_lm).generate(requests))
    sampled, long = engine.generate([ask("Hi", n=5, temperature=1.0), ask("x" * 600)])
    assert len(sampled) == 5  # type: ignore[arg-type]
    assert isinstance(long, EngineFailure)
    assert "maximum context length" in long.why


@pytest.mark.slow
def test_a_vllm_server_killed_in_mid_batch_and_started_again_loses_no_request(served: Served) -> None:
    engine = openai_engine(
        f"127.0.0.1:{served.port}", "judge", timeout_s=200, batch_timeout_s=500, patience_s=400, concurrency=32
    )
    answers: list[Any] = []
    requests = [ask(f"number {at}", max_tokens=300, n=2, temperature=1.0) for at in range(64)]
    thread = threading.Thread(target=lambda: answers.extend(engine.generate(requests)), daemon=True)
    thread.start()
    thread.join(3)
    served.kill()
    served.start()
    thread.join(500)
    assert [len(answer) for answer in answers if not isinstance(answer, EngineFailure)] == [2] * 64

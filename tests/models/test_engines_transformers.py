"""The transformers engine and scores against the model's own forward pass, one token and one row at a time."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rewards import RewardError, Rollout
from rewards.core import FailureKind
from rewards.models import grm
from rewards.models.engines import (
    Engine,
    EngineFailure,
    Request,
    Sample,
    Sampling,
    ScriptedEngine,
    transformers_engine,
    transformers_scores,
)
from rewards.models.engines.contract import LATE

from .conftest import tiny

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

TEXTS = ["Hi", "What is 2 + 2?", "", "Ünïcödé 中文", "a much longer question, " * 6, "last"]


def ask(text: str, **sampling: Any) -> Request:
    return Request([{"role": "user", "content": text}], Sampling(**{"max_tokens": 12, **sampling}))


def one(answers: Sequence[Any]) -> list[Sample]:
    assert len(answers) == 1
    assert not isinstance(answers[0], EngineFailure), answers[0]
    return list(answers[0])


@pytest.fixture(scope="module")
def engine(tiny_lm: str) -> transformers_engine:
    """One engine for the tests that only ask it, so that it is loaded once."""
    return transformers_engine(tiny_lm)


@lru_cache
def parts_of(folder: str) -> tuple[Any, Any]:
    model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    return model, transformers.AutoTokenizer.from_pretrained(folder)


def by_hand(folder: str, text: str, steps: int) -> tuple[list[int], np.ndarray]:
    """Greedy decoding without `generate`: the whole row through the model for every token, float64 logs."""
    model, tokenizer = parts_of(folder)
    ids = tokenizer(f"<|user|>{text}<|end|><|assistant|>", add_special_tokens=False)["input_ids"]
    new: list[int] = []
    logs = []
    while len(new) < steps and tokenizer.eos_token_id not in new:
        with torch.inference_mode():
            logits = model(torch.tensor([ids + new])).logits[0, -1].double().numpy()
        logs.append(logits - logits.max() - np.log(np.exp(logits - logits.max()).sum()))
        new.append(int(logits.argmax()))
    return new, np.array(logs)


@pytest.mark.parametrize("text", TEXTS)
def test_greedy_text_and_logprobs_are_those_of_a_loop_over_the_model(
    tiny_lm: str, engine: transformers_engine, text: str
) -> None:
    _, tokenizer = parts_of(tiny_lm)
    new, logs = by_hand(tiny_lm, text, 12)
    (sample,) = one(engine.generate([ask(text, logprobs=3)]))
    ended = tokenizer.eos_token_id in new
    assert sample.text == tokenizer.decode(new, skip_special_tokens=True)
    assert (sample.finish_reason, sample.tokens) == ("stop" if ended else "length", len(new))
    assert len(sample.logprobs) == len(new)
    for place, (found, token) in enumerate(zip(sample.logprobs, new, strict=True)):
        likeliest = {int(at) for at in np.argsort(-logs[place])[:3]} | {token}
        wanted: dict[str, float] = {}
        for at in likeliest:  # bytes that are no character alone all read alike
            said = tokenizer.decode([at])
            wanted[said] = max(wanted.get(said, -np.inf), logs[place][at])
        assert found == pytest.approx(wanted, abs=1e-4)


def test_a_batch_says_what_each_request_alone_says(engine: transformers_engine) -> None:
    together = engine.generate([ask(text) for text in TEXTS])
    assert together == [engine.generate([ask(text)])[0] for text in TEXTS]


def test_requests_of_unlike_sampling_keep_their_places(tiny_lm: str) -> None:
    engine = transformers_engine(tiny_lm, batch_size=4)
    mixed = [
        ask("Hi"),
        ask("Hi", n=6, temperature=1.0),
        ask("What?", max_tokens=3),
        ask("Hi", max_tokens=5),
        ask("x", n=3, temperature=1.0, seed=5),
    ]
    answers = engine.generate(mixed)
    assert [len(answer) for answer in answers if not isinstance(answer, EngineFailure)] == [1, 6, 1, 1, 3]
    assert one([answers[0]]) == one(engine.generate([ask("Hi")]))
    assert one([answers[2]])[0].tokens <= 3
    assert len({sample.text for sample in one([answers[1]])}) > 1


def test_seeded_samples_repeat_and_the_others_leave_torchs_own_state_alone(engine: transformers_engine) -> None:
    seeded = ask("Hi", n=4, temperature=1.0, seed=3)
    assert engine.generate([seeded]) == engine.generate([ask("other"), seeded])[1:]
    assert engine.generate([seeded]) != engine.generate([ask("Hi", n=4, temperature=1.0, seed=4)])
    state = torch.get_rng_state()
    free = ask("Hi", n=4, temperature=1.0)
    assert engine.generate([free]) != engine.generate([free])
    assert torch.equal(state, torch.get_rng_state())


def test_sampled_tokens_follow_the_models_distribution(tiny_lm: str) -> None:
    _, logs = by_hand(tiny_lm, "Hi", 1)
    _, tokenizer = parts_of(tiny_lm)
    wanted = np.exp(logs[0] / 2)  # temperature 2
    wanted /= wanted.sum()
    best = int(wanted.argmax())
    samples = one(
        transformers_engine(tiny_lm, batch_size=1000).generate(
            [ask("Hi", n=1000, temperature=2.0, max_tokens=1, seed=1)]
        )
    )
    share = np.mean([sample.text == tokenizer.decode([best]) for sample in samples])
    # 1,000 draws: 4 standard errors are at most 4 * sqrt(0.25 / 1000) = 0.063
    assert share == pytest.approx(wanted[best], abs=0.063)


def test_a_stop_text_ends_a_sample_and_is_left_out(engine: transformers_engine) -> None:
    (whole,) = one(engine.generate([ask("Hi")]))
    stop = whole.text[3:5]
    (sample,) = one(engine.generate([ask("Hi", stop=(stop,))]))
    assert sample.text == whole.text[: whole.text.index(stop)]
    assert sample.finish_reason == "stop"


def test_what_is_too_long_fails_and_costs_no_other(engine: transformers_engine) -> None:
    answers = engine.generate([ask("x" * 9000), ask("Hi")])
    assert answers[0] == EngineFailure("too long: 9003 tokens and 12 to come, of 8000")
    assert one(answers[1:])


def test_a_chat_that_the_template_cannot_hold_fails_alone(tiny_lm: str) -> None:
    template = {"chat_template": "{{ raise_exception('roles must alternate') if messages|length > 1 else 'ok' }}"}
    two = Request([{"role": "user", "content": "a"}] * 2, Sampling(max_tokens=2))
    answers = transformers_engine(tiny_lm, template=template).generate([two, ask("a")])
    assert isinstance(answers[0], EngineFailure)
    assert "roles must alternate" in answers[0].why
    assert answers[0].kind is FailureKind.bug
    assert one(answers[1:])


def test_running_out_of_time_is_a_failure(tiny_lm: str) -> None:
    late = transformers_engine(tiny_lm, batch_timeout_s=1e-6)
    assert late.generate([ask("Hi")] * 3) == [LATE] * 3


def test_a_call_that_never_gets_its_turn_is_a_failure(tiny_lm: str) -> None:
    entered, leave = threading.Event(), threading.Event()
    model = transformers.AutoModelForCausalLM.from_pretrained(tiny_lm)
    engine = transformers_engine(model, tiny_lm, batch_timeout_s=0.2)
    forward = model.forward

    def slow(*args: Any, **kwargs: Any) -> Any:
        entered.set()
        leave.wait(20)
        return forward(*args, **kwargs)

    model.forward = slow
    thread = threading.Thread(target=engine.generate, args=([ask("Hi")],))
    thread.start()
    entered.wait(20)
    (answer,) = engine.generate([ask("Hi")])
    leave.set()
    thread.join()
    assert isinstance(answer, EngineFailure)
    assert "another call held the model" in answer.why


def test_memory_that_runs_out_halves_the_batch(tiny_lm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = transformers.AutoModelForCausalLM.from_pretrained(tiny_lm)
    engine = transformers_engine(model, tiny_lm)
    wanted = engine.generate([ask(text) for text in TEXTS])
    generate = model.generate
    sizes = []

    def small(input_ids: Any, **kwargs: Any) -> Any:
        sizes.append(len(input_ids))
        if len(input_ids) > 2:
            raise torch.OutOfMemoryError("no room")
        return generate(input_ids=input_ids, **kwargs)

    monkeypatch.setattr(model, "generate", small)
    assert engine.generate([ask(text) for text in TEXTS]) == wanted
    assert sizes == [6, 3, 1, 2, 3, 1, 2]

    def none(**kwargs: Any) -> Any:
        raise torch.OutOfMemoryError("no room")

    monkeypatch.setattr(model, "generate", none)
    assert "no memory for 1 samples" in engine.generate([ask("Hi")])[0].why  # type: ignore[union-attr]


def test_it_is_an_engine_that_prints_pickles_and_loads_again(tiny_lm: str) -> None:
    engine = transformers_engine(tiny_lm)
    wanted = engine.generate([ask("Hi")])
    other = pickle.loads(pickle.dumps(engine))
    assert isinstance(engine, Engine)
    assert other == engine
    assert len(pickle.dumps(engine)) < 1000
    assert other.generate([ask("Hi")]) == wanted
    assert repr(engine) == f"transformers_engine({tiny_lm!r})"
    assert engine.generate([]) == []


def test_arguments_and_models_that_cannot_work_are_refused(tiny_lm: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="batch_size=0 is out of range"):
        transformers_engine(tiny_lm, batch_size=0)
    with pytest.raises(ValueError, match="needs tokenizer="):
        transformers_engine(object()).generate([ask("Hi")])
    bare = transformers.AutoTokenizer.from_pretrained(tiny_lm)
    bare.chat_template = None
    with pytest.raises(ValueError, match="has no chat template"):
        transformers_engine(tiny_lm, bare).generate([ask("Hi")])
    with pytest.raises(RewardError, match="nowhere"):
        transformers_engine(str(tmp_path / "nowhere")).generate([ask("Hi")])


# scores

CHATS = [[{"role": "user", "content": text}, {"role": "assistant", "content": f"{text} indeed"}] for text in TEXTS]


def logit_by_hand(folder: str, chat: Any) -> float:
    """The last token's hidden state times the head's weights, in numpy."""
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text = "".join(f"<|{message['role']}|>{message['content']}<|end|>" for message in chat)
    ids = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]])
    with torch.inference_mode():
        hidden = model.model(ids).last_hidden_state[0, -1].double().numpy()
    return float(hidden @ model.score.weight.detach().double().numpy()[0])


def test_a_logit_is_the_last_tokens_hidden_state_times_the_head(tiny_rm: str) -> None:
    wanted = [logit_by_hand(tiny_rm, chat) for chat in CHATS]
    assert max(wanted) - min(wanted) > 0.1
    assert transformers_scores(tiny_rm).logits(CHATS) == pytest.approx(wanted, abs=1e-4)
    assert transformers_scores(tiny_rm, batch_size=1).logits(CHATS) == pytest.approx(wanted, abs=1e-4)
    assert transformers_scores(tiny_rm, batch_size=4).logits(CHATS[::-1]) == pytest.approx(wanted[::-1], abs=1e-4)


def test_an_encoder_pools_for_itself(tiny_rm: str, tmp_path: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_rm)
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_labels=1,
    )
    model = transformers.BertForSequenceClassification(config).eval()
    scores = transformers_scores(model, tokenizer).logits(CHATS)
    text = tokenizer.apply_chat_template(CHATS[1], tokenize=False)
    with torch.inference_mode():
        alone = model(**tokenizer(text, add_special_tokens=False, return_tensors="pt")).logits[0, 0]
    assert scores[1] == pytest.approx(float(alone), abs=1e-5)


def test_weights_without_a_scalar_head_are_refused(tiny_lm: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no weights for score.weight, which would be random"):
        transformers_scores(tiny_lm).logits(CHATS)
    two = str(tiny("LlamaForSequenceClassification", tmp_path / "two", num_labels=2))
    with pytest.raises(ValueError, match=r"score.weight of shape \[2, 64\]"):
        transformers_scores(two).logits(CHATS)
    loaded = transformers.AutoModelForSequenceClassification.from_pretrained(two)
    with pytest.raises(ValueError, match="has 2 outputs; a reward model has one"):
        transformers_scores(loaded, two).logits(CHATS)


def test_scores_that_cannot_be_had_are_failures(tiny_rm: str) -> None:
    long = [{"role": "user", "content": "x" * 9000}]
    answers = transformers_scores(tiny_rm).logits([long, CHATS[0]])
    assert answers[0] == EngineFailure("too long: 9002 tokens of 8000")
    assert isinstance(answers[1], float)
    late = transformers_scores(tiny_rm, batch_timeout_s=1e-6).logits(CHATS)
    assert late == [LATE] * len(CHATS)
    assert transformers_scores(tiny_rm).logits([]) == []


def test_grm_with_both(tiny_lm: str, tiny_rm: str) -> None:
    engine = ScriptedEngine([r"\boxed{9}", r"\boxed{2}"])
    meta = transformers_scores(tiny_rm)
    (score,) = grm(engine, k=2, meta=meta, k_meta=1).score([Rollout("fine", "q")])
    kept = score.data["votes"][0]
    assert score.value == pytest.approx((kept - 1) / 9)
    assert score.data["meta_logits"][0] > score.data["discarded"][0]["logit"]
    (failed,) = grm(transformers_engine(tiny_lm), max_tokens=4).score([Rollout("fine", "q")])
    assert failed.kind is FailureKind.judge_unreadable

"""A tiny policy made on the spot, and what the trainer tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT = [
    "What is two plus two? Think first. <think> two and two make four </think> The answer is \\boxed{4}.",
    "What is 3 times 5? The answer is \\boxed{15}. Yes no maybe 0 1 2 3 4 5 6 7 8 9",
]

collect_ignore_glob = ["programs/*"]  # run by the tests, some in other environments

os.environ.update(CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", OMP_NUM_THREADS="1")


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a two-layer Qwen2 with random weights and a tokenizer with a chat template; no hub needed."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    settings = {"vocab_size": 400, "special_tokens": special, "initial_alphabet": alphabet, "show_progress": False}
    words.train_from_iterator(TEXT, trainers.BpeTrainer(**settings))
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=TEMPLATE
    )
    torch.manual_seed(0)
    config = transformers.Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    folder = tmp_path_factory.mktemp("policy")
    transformers.Qwen2ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


Launch = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def launch() -> Launch:
    """Run a Python program from the root of the checkout under a deadline; a failure shows what it printed."""

    def run_program(
        arguments: Sequence[str | Path],
        *,
        python: Path = Path(sys.executable),
        timeout_s: float = 240,
        expect: int = 0,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [str(part) for part in (python, *arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path, **environment},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == expect, f"{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        return done

    return run_program


@pytest.fixture(scope="session")
def openrlhf_python() -> Path:
    """The Python that has OpenRLHF."""
    return trainer_python("openrlhf")


@pytest.fixture(scope="session")
def verl_python() -> Path:
    """The Python that has verl."""
    return trainer_python("verl")


def trainer_python(name: str) -> Path:
    """The Python of an extra environment; skips visibly where it was not made."""
    python = ROOT / f".venv-{name}" / "bin" / "python"
    if not python.exists():
        if sys.version_info >= (3, 13):
            pytest.skip(f"{name} has no release for Python 3.13 and later")
        pytest.skip(f"no .venv-{name}; scripts/trainer_envs makes it")
    return python

"""The recipe's stages on a tiny judge: quick ones that show they hold together, and a slow one that shows they work."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rewards.cli.main import main
from rewards.config import ConfigError
from rewards.models import grm
from rewards.models.engines import EngineFailure, Request, Sampling, transformers_engine, transformers_scores
from rewards.spct import journal
from rewards.spct.artefacts import Changed
from rewards.spct.checkpoints import last_whole
from rewards.spct.meta_tuning import train_meta
from rewards.spct.recipe import Recipe, load_recipe, read_items
from rewards.spct.stages import STAGES, Missing, run
from rewards.spct.tuning import RL_SETTINGS, SFT_SETTINGS

from .tiny_judge import make_judge, numbers, wording

torch = pytest.importorskip("torch")
pytest.importorskip("trl")
os.environ.update(CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

TRAINER = {"bf16": False, "disable_tqdm": True, "logging_steps": 1, "per_device_train_batch_size": 8, "max_steps": 2}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The host is shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def write_items(path: Path, count: int, seed: int, start: int = 0) -> str:
    items = numbers(start + count, seed)[start:]
    journal.write(path, [{"prompt": i.prompt, "chosen": i.responses[1], "rejected": i.responses[0]} for i in items])
    return str(path)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A judge that was hardly trained."""
    torch.set_num_threads(1)
    return make_judge(tmp_path_factory.mktemp("base"), steps=4)


@pytest.fixture
def recipe(base: Path, tmp_path: Path) -> Recipe:
    """A recipe of two steps of everything; the first judgements come from a function."""
    toml = f"""
    model = "{base}"
    output = "{tmp_path / "out"}"
    train = "{write_items(tmp_path / "train.jsonl", 16, 1)}"
    test = "{write_items(tmp_path / "test.jsonl", 6, 1, 16)}"
    seed = 5
    sampler = {{ use = "tests.spct.tiny_judge:oracle" }}
    sft = {json_to_toml({**TRAINER, "save_steps": 1})}
    rl = {json_to_toml({**TRAINER, "max_completion_length": 8, "save_strategy": "no"})}
    meta = {json_to_toml({**TRAINER, "save_strategy": "no"})}
    [wording]
    template = "{wording(tmp_path).template}"
    meta_template = "{wording(tmp_path).template}"
    [engine]
    use = "transformers_engine"
    batch_size = 64
    [sample]
    max_tokens = 8
    [probe]
    max_tokens = 8
    [resample]
    n = 2
    max_tokens = 8
    [evaluate]
    k = [1, 2]
    """
    (tmp_path / "recipe.toml").write_text(toml)
    return load_recipe(tmp_path / "recipe.toml")


def json_to_toml(table: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in table.items()) + " }"


def test_every_stage_runs_is_recorded_and_is_not_done_twice(recipe: Recipe, base: Path) -> None:
    records = run(recipe)
    assert list(records) == list(STAGES)
    out = Path(recipe.output)
    for name in STAGES:
        record = json.loads((out / name / "made.json").read_text())
        assert record["stage"] == name
        assert record["versions"]["trl"]
        assert not (out / name / "begun.json").exists()
    sampled, rejected = records["sample"]["found"], records["rft"]["found"]
    assert sampled["hinted_right"] == 1.0
    assert 0 < sampled["plain_right"] < 1
    assert rejected["rows"] == rejected["plain"] + rejected["hinted"]
    assert rejected["too_easy"] + rejected["rows"] > 0
    assert records["sft"]["found"]["steps"] == records["rl"]["found"]["steps"] == 2
    lines: list[str] = []
    assert run(recipe, report=lines.append) == records
    assert all("(done before)" in line for line in lines)
    assert set(records["evaluate"]["found"]) == {"untrained", "sft", "rl"}
    # the artefacts load straight into a judge
    judge = grm(
        transformers_engine(str(out / "rl")),
        k=2,
        meta=transformers_scores(str(out / "meta")),
        template=recipe.wording.template,
        meta_template=recipe.wording.meta_template,
        max_tokens=8,
    )
    assert repr(judge).startswith(f"grm(transformers_engine('{out / 'rl'}')")
    (logit,) = transformers_scores(str(out / "meta")).logits([recipe.wording.meta_chat(items(recipe)[0], (0, 1), "x")])
    assert isinstance(logit, float)


def items(recipe: Recipe) -> list[Any]:
    return read_items(recipe.train)


def test_a_stage_runs_alone_and_says_what_it_lacks(recipe: Recipe) -> None:
    with pytest.raises(Missing, match=r"sample is not there.*run the stage 'sample' first"):
        run(recipe, ["rft"])
    assert list(run(recipe, ["rft", "sample"])) == ["sample", "rft"]  # in their own order
    with pytest.raises(Missing, match="'probe'"):
        run(recipe, ["rl_data"])
    with pytest.raises(ValueError, match="no stage 'rlhf'"):
        run(recipe, ["rlhf"])


def test_an_artefact_made_in_another_way_is_not_taken_for_this_one(recipe: Recipe) -> None:
    run(recipe, ["sample", "rft"])
    with pytest.raises(Changed, match=r"sample was made in another way \(draw: "):
        run(replace(recipe, seed=6), ["sample"])
    Path(recipe.train).write_text(Path(recipe.train).read_text() + Path(recipe.train).read_text().split("\n")[0] + "\n")
    with pytest.raises(Changed, match=r"\(train: "):
        run(recipe, ["sample"])


def test_judgements_are_not_used_under_another_wording_than_they_were_asked_in(recipe: Recipe) -> None:
    """A stage that runs alone put them under the recipe's new prompts, and its record said nothing of it."""
    run(recipe, ["sample", "rft"])
    other = replace(recipe, wording=replace(recipe.wording, points=(1, 9)))
    for stages in (["rft"], ["sample", "rft"]):
        with pytest.raises(Changed, match="wording"):
            run(other, stages)
    assert list(run(recipe, ["rft"])) == ["rft"]


def test_a_sampler_that_was_trained_on_is_another_one(recipe: Recipe, base: Path, tmp_path: Path) -> None:
    shutil.copytree(base, tmp_path / "sampler")
    sampler = {"use": "transformers_engine", "model": str(tmp_path / "sampler")}
    run(replace(recipe, sampler=sampler), ["sample"])
    run(replace(recipe, sampler=sampler), ["sample"])
    weights = tmp_path / "sampler" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"more")
    with pytest.raises(Changed, match=r"\(sampler_digest: "):
        run(replace(recipe, sampler=sampler), ["sample"])


def test_fine_tuning_that_was_killed_goes_on_from_its_checkpoint(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trl import SFTTrainer

    run(recipe, ["sample", "rft"])
    save = SFTTrainer.save_model

    def killed(self: Any, *arguments: Any, **more: Any) -> None:
        save(self, *arguments, **more)
        if self.state.global_step == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SFTTrainer, "save_model", killed)
        with pytest.raises(KeyboardInterrupt):
            run(recipe, ["sft"])
    assert not (Path(recipe.output) / "sft" / "made.json").exists()
    assert run(recipe, ["sft"])["sft"]["found"]["resumed_from"] == "checkpoint-1"


@pytest.mark.parametrize("state", [b"", b'{"epoch": 1.0, "global_', b"\xff"])
def test_a_checkpoint_whose_state_was_cut_off_is_none(tmp_path: Path, state: bytes) -> None:
    for step, written in ((2, b"{}"), (10, b"{}"), (11, state)):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_bytes(written)
    (tmp_path / "checkpoint-12").mkdir()
    assert last_whole(tmp_path) == tmp_path / "checkpoint-10"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("seed = 5", "sede = 5", "did you mean 'seed'"),
        ("[probe]", "[probe]\nhinted = 1", "draws plain judgements"),
        ("k = [1, 2]", "k = []", "numbers of votes"),
        ("n = 2", "m = 2", "resample"),
        ("seed = 5", 'seed = "five"', "seed"),
        ("seed = 5", "seed = ", "not TOML"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused_by_name(
    recipe: Recipe, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = (tmp_path / "recipe.toml").read_text()
    (tmp_path / "recipe.toml").write_text(text.replace(old, new))
    with pytest.raises(ConfigError, match=words):
        load_recipe(tmp_path / "recipe.toml")


def test_the_command_runs_stages_and_says_in_a_line_what_is_wrong(
    recipe: Recipe, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A stage with a model runs in a process of its own, the others in the command's."""
    assert main(["spct", str(tmp_path / "recipe.toml"), "--stage", "sample", "--stage", "rft"]) == 0
    told = capfd.readouterr().err
    assert "sample: 16 of 16 items" in told
    assert told.count("sample: items 16") == 1
    assert "rft: rows" in told
    assert main(["spct", str(tmp_path / "recipe.toml"), "--stage", "sample", "--stage", "rft"]) == 0
    assert capfd.readouterr().err.count("(done before)") == 2
    assert main(["spct", str(tmp_path / "recipe.toml"), "--stage", "rl"]) == 2
    assert "run the stage 'rl_data' first" in " ".join(capfd.readouterr().err.split())
    assert main(["spct", str(tmp_path / "recipe.toml"), "--stage", "ask_rl", "--stage", "weigh"]) == 2
    assert "run the stage 'rl' first" in " ".join(capfd.readouterr().err.split())


def test_lora_weights_are_merged_into_models_that_load_alone(recipe: Recipe) -> None:
    pytest.importorskip("peft")
    tuned = replace(recipe, lora={"r": 2, "target_modules": ["q_proj", "v_proj"]}, output=f"{recipe.output}-lora")
    run(tuned, [name for name in STAGES if name != "evaluate"])
    for name in ("sft", "rl", "meta"):
        made = Path(tuned.output) / name
        assert (made / "model.safetensors").exists()
        assert not (made / "adapter_config.json").exists()
    (answer,) = transformers_engine(str(Path(tuned.output) / "rl")).generate(
        [Request(recipe.wording.chat(items(recipe)[0], (0, 1)), Sampling(max_tokens=4))]
    )
    assert not isinstance(answer, EngineFailure)
    (logit,) = transformers_scores(str(Path(tuned.output) / "meta")).logits(
        [recipe.wording.meta_chat(items(recipe)[0], (0, 1), "x")]
    )
    assert isinstance(logit, float)


def test_the_meta_models_loss_is_cross_entropy_at_the_last_token(base: Path, tmp_path: Path) -> None:
    """One step at rate 0: the loss is BCE, by hand in numpy, of the logits that `transformers_scores` reads."""
    asked = wording(tmp_path)
    given = numbers(6, 9)
    rows = [
        {"chat": asked.meta_chat(item, (0, 1), "\\boxed{1, 2}" * (at + 1)), "label": float(at % 2)}
        for at, item in enumerate(given)
    ]
    settings = {"bf16": False, "disable_tqdm": True, "save_strategy": "no", "learning_rate": 0.0, "max_steps": 1}
    settings |= {"per_device_train_batch_size": 6}
    found = train_meta(str(base), rows, tmp_path / "meta", settings=settings)
    logits = np.array(transformers_scores(str(tmp_path / "meta")).logits([row["chat"] for row in rows]))
    chance = 1 / (1 + np.exp(-logits))
    labels = np.array([row["label"] for row in rows])
    by_hand = -(labels * np.log(chance) + (1 - labels) * np.log(1 - chance)).mean()
    assert found["loss"] == pytest.approx(by_hand, abs=1e-5)
    with pytest.raises(ValueError, match="needs right and wrong judgements"):
        train_meta(str(base), rows[::2], tmp_path / "other", settings=settings)


def test_the_recipe_in_the_docs_can_be_loaded(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "spct.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    (tmp_path / "recipe.toml").write_text(text)
    found = load_recipe(tmp_path / "recipe.toml")
    assert found.engine == {"use": "vllm_engine"}
    assert (found.sample.n, found.sample.hinted, found.probe.hinted, found.lora) == (3, 1, 0, {"r": 16})
    trl = pytest.importorskip("trl")
    for config, given in (
        (trl.SFTConfig, {**SFT_SETTINGS, **found.sft}),
        (trl.GRPOConfig, {**RL_SETTINGS, **found.rl}),
    ):
        names = {one.name for one in fields(config)}
        assert set(given) <= names, "the trainer takes no such argument"

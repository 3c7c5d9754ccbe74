"""SPCT on one GPU: train a judge of GSM8K solutions, and measure what training, votes and the meta reward model give.

    python benchmarks/spct.py MODEL --train gsm8k/train.jsonl --test gsm8k/test.jsonl
    python benchmarks/spct.py MODEL --plan         # how long each part takes, by arithmetic; needs no GPU

MODEL is policy and judge: its own solutions, labelled by `boxed_accuracy`, make the pairs (a right and a wrong one of
one question), so that no pair can be told by who wrote it. The judge is trained on questions of --train and measured on
pairs of --test. The first judgements and the untrained judge's answers are drawn once for all seeds. Everything is kept
under --output and goes on where it was when the same command is run again; a seed is one recipe, and the table holds
all that are finished. The goals: a single judgement at least 15 points over the untrained judge, votes at least 1.1
points over the greedy judgement, the meta reward model at least 1.8 points over plain votes.

Seeds run side by side, since one alone leaves the GPU idle most of the time. The data files have a `question` and an
`answer` that ends in `#### NUMBER`. docs/spct_on_a_gpu.md says how long it takes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from spct_commands import Commands, side_by_side
from spct_pairs import make_pairs
from spct_plan import Plan, took

from rewards.spct import Draw, Wording
from rewards.spct.recipe import Evaluation, Recipe, save_recipe
from rewards.spct.stages import chosen_of, folder

TEMPLATE = Path(__file__).with_name("spct.jinja")
GOALS = {"single over untrained": 15.0, "votes over greedy": 1.1, "meta RM over votes": 1.8}
SHARED = {"train": "sample", "test": "ask_untrained"}
"""What is asked of each part's pairs once for all seeds."""
RECIPE = "recipe.json"
WEIGHTS = ("sft", "rl", "meta")


def main() -> int:
    arguments = parsed()
    console, output = Console(highlight=False, soft_wrap=True), Path(arguments.output)

    def report(line: str) -> None:
        console.print(line, markup=False)

    if arguments.plan:
        console.print(planned(arguments).table(len(arguments.seeds), arguments.side_by_side))
        return 0
    output.mkdir(parents=True, exist_ok=True)
    if arguments.only_solve:
        part = arguments.only_solve
        make_pairs(arguments, part, engine_table(arguments), lambda line: report(f"solve_{part}: {line}"))
        return 0
    commands = Commands(arguments.trainers_at_once, report)
    write(recipe(arguments, output / "shared", 0))
    since = time.monotonic()
    shared = [partial(prepared, commands, arguments, part, stage) for part, stage in SHARED.items()]
    if status := side_by_side(shared, arguments.side_by_side):
        return status
    seeds = [partial(seeded, commands, arguments, seed) for seed in arguments.seeds]
    status = side_by_side(seeds, arguments.side_by_side)
    show(console, output)
    console.print(took(output))
    console.print(f"{(time.monotonic() - since) / 60:.1f} minutes in all, this time")
    return status


def prepared(commands: Commands, arguments: argparse.Namespace, part: str, stage: str) -> int:
    """A part's pairs, and what an untrained judge says of them."""
    own = recipe(arguments, Path(arguments.output) / "shared", 0)
    log = Path(own.output) / f"{part}.log"
    if not (Path(arguments.output) / f"{part}.jsonl").exists():
        # a process of its own, since vLLM keeps its share of the GPU until its process ends
        command = [sys.executable, __file__, *sys.argv[1:], "--only-solve", part]
        if status := commands.run(log, f"solve_{part}", command):
            return status
    return staged(commands, log, own, stage)


def seeded(commands: Commands, arguments: argparse.Namespace, seed: int) -> int:
    """A seed's recipe from its first stage to its report."""
    output = Path(arguments.output)
    shared, own = (recipe(arguments, output / name, seed) for name in ("shared", f"seed-{seed}"))
    write(own)
    for name in SHARED.values():
        if not (to := folder(own, name)).exists():
            half = to.with_name(f"{name}.half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(folder(shared, name), half).rename(to)
    for name in chosen_of(own):
        if status := staged(commands, Path(own.output) / f"seed-{seed}.log", own, name):
            return status
    if not arguments.keep_weights:  # a seed's are 20 GB in 32 bits, and nothing loads them any more
        for path in (path for name in WEIGHTS for path in folder(own, name).glob("*.safetensors")):
            path.unlink()
    return 0


def write(own: Recipe) -> None:
    """Write a recipe where its stages find it."""
    Path(own.output).mkdir(parents=True, exist_ok=True)
    save_recipe(own, Path(own.output) / RECIPE)


def staged(commands: Commands, log: Path, own: Recipe, stage: str) -> int:
    """Run one stage of a recipe by the command."""
    command = [sys.executable, "-m", "rewards", "spct", str(Path(own.output) / RECIPE), "--stage", stage]
    return commands.run(log, stage, command, trains=stage in WEIGHTS)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--train", default="gsm8k/train.jsonl")
    parser.add_argument("--test", default="gsm8k/test.jsonl")
    parser.add_argument("--output", default="out/spct-benchmark")
    parser.add_argument("--plan", action="store_true", help="say how long it would take, and end")
    parser.add_argument("--mean-judgement", type=int, default=130, help="tokens of a judgement, for --plan (130)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--side-by-side", type=int, default=3, help="seeds at work at once (3)")
    parser.add_argument("--trainers-at-once", type=int, default=2, help="of 50 GB each, beside vLLM (2)")
    sizes = {"questions": 1500, "solutions": 4, "test-questions": 1319, "test-solutions": 8, "train-pairs": 640}
    sizes |= {"test-pairs": 2000, "test-pairs-each": 4, "votes": 32, "draws": 2, "rl-steps": 10, "rollouts": 128}
    sizes |= {"at-once": 1000}
    for name, size in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=size, help=f"({size})")
    parser.add_argument("--model-tokens", type=int, default=4096, help="longest prompt and answer together (4096)")
    parser.add_argument("--solution-tokens", type=int, default=512, help="most tokens of a solution (512)")
    parser.add_argument("--judgement-tokens", type=int, default=320, help="most tokens of a judgement (320)")
    parser.add_argument("--template", default=str(TEMPLATE), help="the judge's prompt (benchmarks/spct.jinja)")
    parser.add_argument("--meta-template", default="meta")
    parser.add_argument("--engine", choices=["vllm_engine", "transformers_engine"], default="vllm_engine")
    parser.add_argument("--engine-options", type=json.loads, default={}, help="JSON: arguments of vLLM's LLM")
    parser.add_argument("--cache-gib", type=float, default=20, help="of the GPU's memory, for what vLLM has read (20)")
    for name in ("settings", "sft", "rl", "meta", "lora"):
        parser.add_argument(f"--{name}", type=json.loads, help="JSON: arguments of the trainer, over the defaults")
    parser.add_argument("--keep-weights", action="store_true", help="keep the models of finished seeds")
    parser.add_argument("--only-solve", choices=list(SHARED), help=argparse.SUPPRESS)
    return parser.parse_args()


def planned(arguments: argparse.Namespace) -> Plan:
    return Plan(
        train_solutions=arguments.questions * arguments.solutions,
        test_solutions=arguments.test_questions * arguments.test_solutions,
        train_pairs=arguments.train_pairs,
        test_pairs=arguments.test_pairs,
        draws=arguments.draws,
        votes=arguments.votes,
        rollouts=arguments.rl_steps * arguments.rollouts,
        steps=arguments.rl_steps,
        judgement=arguments.mean_judgement,
    )


def engine_table(arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.engine == "transformers_engine":
        return {"use": "transformers_engine", "batch_size": 256}
    # a size in place of a share: beside others vLLM can't measure what is free, and asks for a tenth to begin
    options = {"kv_cache_memory_bytes": int(arguments.cache_gib * 2**30), **arguments.engine_options}
    common = {"max_num_seqs": 512, "max_model_len": arguments.model_tokens, "gpu_memory_utilization": 0.1}
    return {"use": "vllm_engine", **common, "options": options}


def recipe(arguments: argparse.Namespace, output: Path, seed: int) -> Recipe:
    draw = {"max_tokens": arguments.judgement_tokens, "temperature": 1.0, "at_once": arguments.at_once}
    draw |= {"n": arguments.draws, "seed": -seed}  # the recipe adds its own: all seeds draw the same first judgements
    own = {**draw, "seed": 0, "hinted": 0}
    table = engine_table(arguments)
    scores: dict[str, Any] = {"use": "transformers_scores"}
    if table["use"] == "vllm_engine":
        scores = {**table, "use": "vllm_scores", "options": {**table["options"], "enable_prefix_caching": True}}
    common = {"per_device_train_batch_size": 8, "save_strategy": "no", "logging_steps": 4, "disable_tqdm": True}
    common |= arguments.settings or {}
    sft = {**common, "gradient_accumulation_steps": 4, "learning_rate": 1e-5, "num_train_epochs": 1}
    rl = {**common, "learning_rate": 2e-6, "beta": 0.002, "max_steps": arguments.rl_steps}
    rl |= {"gradient_accumulation_steps": max(1, arguments.rollouts // common["per_device_train_batch_size"])}
    meta = {**common, "gradient_accumulation_steps": 4, "learning_rate": 1e-5, "num_train_epochs": 1}
    data = Path(arguments.output)
    return Recipe(
        model=arguments.model,
        output=str(output),
        train=str(data / "train.jsonl"),
        test=str(data / "test.jsonl"),
        seed=seed,
        engine=table,
        scores=scores,
        wording=Wording(arguments.template, arguments.meta_template),
        sample=Draw(hinted=1, **draw),
        probe=Draw(**own),
        resample=Draw(**own),
        passes=4,
        sft={**sft, **(arguments.sft or {})},
        rl={**rl, "max_completion_length": arguments.judgement_tokens, **(arguments.rl or {})},
        meta={**meta, **(arguments.meta or {})},
        lora=arguments.lora,
        evaluate=Evaluation(
            k=tuple(k for k in (1, 2, 4, 8, 16, 32) if k <= arguments.votes),
            judges=("untrained", "rl"),
            votes_of=("rl",),
        ),
    )


def show(console: Console, output: Path) -> None:
    table = Table(title="pairs of unseen questions; points with 95 % paired intervals", box=box.SIMPLE_HEAD)
    for title in ("seed", "", "%, points", "goal"):
        table.add_column(title, justify="right" if title == "%, points" else "left", no_wrap=True)
    for report in sorted(output.glob("seed-*/evaluate/report.json")):
        found = json.loads(report.read_text("utf-8"))
        trained, last = found["rl"], found["rl"]["voting"]["curve"][-1]
        votes, seed = last["k"], report.parts[-3].removeprefix("seed-")
        table.add_row(seed, f"{trained['voting']['items']} pairs, untrained", percent(found["untrained"], "voting@1"))
        for title, name in (("greedy", "greedy"), ("one vote", "voting@1"), (f"{votes} votes", f"voting@{votes}")):
            table.add_row("", f"trained, {title}", percent(trained, name))
        table.add_row("", f"trained, {votes} votes, meta RM", percent(trained, f"meta@{votes}"))
        gains = {
            "single over untrained": trained["gains"]["single_over_untrained"],
            "votes over greedy": trained["gains"][f"voting@{votes}_over_greedy"],
            "meta RM over votes": last["meta_over_plain"],
        }
        for name, gain in gains.items():
            table.add_row("", name, *points(gain, GOALS[name]))
    console.print(table)


def percent(judge: dict[str, Any], name: str) -> str:
    return f"{100 * judge['headline'][name]:.1f}"


def points(gain: dict[str, float], goal: float) -> tuple[str, str]:
    """A gain with its interval, and whether it reaches its goal with its lower end above 0."""
    mean, low, high = (100 * gain[name] for name in ("mean", "low", "high"))
    verdict = "reached" if mean >= goal and low > 0 else "missed"
    return f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]", f"{goal:+.1f} {verdict}"


if __name__ == "__main__":
    sys.exit(main())

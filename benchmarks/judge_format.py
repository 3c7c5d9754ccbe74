"""How many of a judge's replies can be read, by template and by pointwise or listwise.

    .venv-vllm/bin/python benchmarks/judge_format.py [--model out/models/qwen2.5-coder-1.5b-instruct] [--minutes 30]

A reply counts as read where its last box holds one number in range for every response. The questions are GSM8K's with
the solutions of four models, LLMBar's with their two outputs, and a few Chinese ones; every question is asked in both
templates' languages, four samples each at temperature 0.5. Replies are kept in `--out`, so that a run that was stopped
goes on where it ended; `make models` fetches the model and installs vLLM.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rewards.models.engines import EngineFailure, Request, Sampling, vllm_engine  # noqa: E402
from rewards.models.grm.parse import Unread, scores_in  # noqa: E402
from rewards.models.grm.prompt import Question, Shown, judge_chat  # noqa: E402

SOLVERS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
LONGEST = 1200
SAMPLES = 4
CHINESE = (
    (
        "小明有12个苹果，给了小红3个，又买了5个，现在有几个？",
        ("12-3=9，9+5=14，现在有14个。", "12-3=9，9-5=4，有4个。"),
    ),
    ("用一句话解释什么是光合作用。", ("植物利用阳光把二氧化碳和水变成糖和氧气。", "光合作用是动物呼吸的一种方式。")),
    ("请把“早起的鸟儿有虫吃”翻译成英文。", ("The early bird catches the worm.", "Birds eat insects in the morning.")),
    ("我今天心情很差，能安慰我一下吗？", ("听到你心情不好我很难过，愿意说说发生了什么吗？", "别烦我。")),
)


@dataclass(frozen=True)
class Item:
    """One question to the judge."""

    name: str
    language: str
    question: str
    responses: tuple[str, ...]

    @property
    def group(self) -> str:
        """The row of the table that it counts in."""
        return f"{self.language} {'pointwise' if len(self.responses) == 1 else 'listwise'}"


def questions(data: Path) -> list[tuple[str, tuple[str, ...]]]:
    rows = [json.loads(line) for line in (data / "gsm8k" / "model_solutions.jsonl").read_text("utf-8").splitlines()]
    solved = [(row["question"], tuple(row[name]["solution"] for name in SOLVERS)) for row in rows]
    asked = json.loads((data / "llmbar" / "natural.json").read_text("utf-8"))
    chosen = [(row["input"], (row["output_1"], row["output_2"])) for row in asked]
    rng = random.Random(5)
    kept = []
    for source in (solved, chosen):
        fit = [(q, r) for q, r in source if len(set(r)) == len(r) and max(map(len, (q, *r))) < LONGEST]
        kept.append(rng.sample(fit, len(fit)))
    return [pair for both in zip(*kept, strict=False) for pair in both]


def plan(data: Path, count: int) -> list[Item]:
    """`count` items of each language and form, no question twice within one of them."""
    found = []
    for language in ("en", "zh"):
        pool = questions(data)
        if language == "zh":
            pool = [pair for at in range(len(CHINESE)) for pair in (CHINESE[at], *pool[3 * at : 3 * at + 3])] + pool[
                99:
            ]
        for at, (question, responses) in enumerate(pool[:count]):
            found += [
                Item(f"{language}-1-{at}", language, question, responses[at % len(responses) :][:1]),
                Item(f"{language}-n-{at}", language, question, responses),
            ]
    return found


def ask(items: list[Item], model: str, dtype: str, seconds: float, out: Path, templates: dict[str, str]) -> None:
    judge = vllm_engine(
        model,
        max_num_seqs=48,
        max_model_len=4096,
        batch_timeout_s=seconds,
        options={"dtype": dtype, "enforce_eager": True},
    )
    start = time.monotonic()
    for at in range(0, len(items), 24):  # what a batch has said is kept if the next one is stopped
        batch = items[at : at + 24]
        chats = [
            judge_chat(
                templates.get(i.language, i.language), Question(i.question), [Shown(r) for r in i.responses], 1, 10
            )
            for i in batch
        ]
        answers = judge.generate([Request(chat, Sampling(SAMPLES, 0.5, max_tokens=1000)) for chat in chats])
        with out.open("a", encoding="utf-8") as file:
            for item, answer in zip(batch, answers, strict=True):
                if isinstance(answer, EngineFailure):
                    print(f"  {item.name}: {answer.why}")
                    continue
                replies = [sample.text for sample in answer]
                line = {"name": item.name, "group": item.group, "count": len(item.responses), "replies": replies}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        report(out)
        if time.monotonic() - start > seconds:
            return


def report(out: Path) -> None:
    read: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for line in out.read_text("utf-8").splitlines():
        row = json.loads(line)
        for reply in row["replies"]:
            good = not isinstance(scores_in(reply, row["count"], 1, 10), Unread)
            for group in (row["group"], "all"):
                whole[group] += 1
                read[group] += good
    for group in sorted(whole, key=lambda name: (name == "all", name)):
        print(f"  {group:<14}{read[group]:>5} of {whole[group]:<5}{read[group] / whole[group]:>8.1%}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(ROOT / "out" / "models" / "qwen2.5-coder-1.5b-instruct"))
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--items", type=int, default=12, help="questions for each language and form")
    parser.add_argument("--languages", nargs="+", default=["en", "zh"])
    parser.add_argument("--template", action="append", default=[], metavar="LANGUAGE=FILE", help="instead of ours")
    parser.add_argument("--minutes", type=float, default=60, help="no batch is started after this")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "judge_format.jsonl", help="where replies are kept")
    arguments = parser.parse_args()
    for name, value in (("CPU_KVCACHE_SPACE", "3"), ("CPU_OMP_THREADS_BIND", "nobind"), ("NO_USAGE_STATS", "1")):
        os.environ.setdefault(f"VLLM_{name}", value)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.touch()
    done = {json.loads(line)["name"] for line in arguments.out.read_text("utf-8").splitlines()}
    asked = [item for item in plan(arguments.data, arguments.items) if item.language in arguments.languages]
    left = [item for item in asked if item.name not in done]
    if left:
        templates = dict(pair.split("=", 1) for pair in arguments.template)
        ask(left, arguments.model, arguments.dtype, arguments.minutes * 60, arguments.out, templates)
    report(arguments.out)


if __name__ == "__main__":
    main()

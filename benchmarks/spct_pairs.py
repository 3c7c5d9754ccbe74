"""Pairs of one policy's solutions: it solves, `boxed_accuracy` labels, and a right and a wrong one make a pair."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from rewards import Rollout, boxed_accuracy
from rewards.models.engines import Engine, EngineFailure, Request, Sampling, transformers_engine, vllm_engine
from rewards.spct import journal

ASK = "Solve this problem step by step, and end with the answer as a number in \\boxed{}.\n\n"


def make_pairs(arguments: argparse.Namespace, part: str, table: dict[str, Any], report: Callable[[str], None]) -> None:
    """Solve a part's questions with the engine of the table and write its pairs, unless they are there."""
    output, test = Path(arguments.output), part == "test"
    each, most = (arguments.test_pairs_each, arguments.test_pairs) if test else (1, arguments.train_pairs)
    if (output / f"{part}.jsonl").exists():
        return
    rows = journal.read(Path(getattr(arguments, part)))
    rows = rows[: arguments.test_questions if test else arguments.questions]
    kept, count = output / f"solutions-{part}.jsonl", arguments.test_solutions if test else arguments.solutions
    made: Any = {"vllm_engine": vllm_engine, "transformers_engine": transformers_engine}[table["use"]]
    policy: Engine = made(arguments.model, **{name: value for name, value in table.items() if name != "use"})
    for start in range(len(journal.recovered(kept)), len(rows), arguments.at_once):
        chunk, since = rows[start : start + arguments.at_once], time.monotonic()
        found = solved(policy, chunk, count, arguments.solution_tokens)
        journal.append(kept, found)
        tokens = sum(row["tokens"] for row in found)
        speed = tokens / (time.monotonic() - since)
        report(f"{start + len(chunk)} of {len(rows)} questions, {tokens:,} tokens, {speed:,.0f} a second")
    found = journal.read(kept)
    share = sum(sum(row["right"]) for row in found) / max(1, sum(len(row["right"]) for row in found))
    pairs = pairs_of(found, most, each)
    asked = len({pair["prompt"] for pair in pairs})
    report(f"{share:.0%} of the solutions are right; {len(pairs)} pairs of {asked} questions, {most} wanted")
    journal.write(output / f"{part}.jsonl", pairs)


def solved(policy: Engine, rows: Sequence[dict[str, Any]], count: int, max_tokens: int) -> list[dict[str, Any]]:
    """Every question with the policy's solutions and which of them are right."""
    sampling = Sampling(count, 0.8, max_tokens=max_tokens)
    requests = [Request([{"role": "user", "content": ASK + row["question"]}], sampling) for row in rows]
    found = []
    for row, answer in zip(rows, policy.generate(requests), strict=True):
        if isinstance(answer, EngineFailure):
            raise SystemExit(f"the policy could not solve a question: {answer.why}")
        reference = row["answer"].rsplit("####", 1)[-1].strip()
        columns = {"solution": f"\\boxed{{{reference}}}"}
        scores = boxed_accuracy().score([Rollout(one.text, row["question"], columns) for one in answer])
        right = [score.value == 1.0 for score in scores]
        texts, tokens = [one.text for one in answer], sum(one.tokens or 0 for one in answer)
        found.append({"question": row["question"], "solutions": texts, "right": right, "tokens": tokens})
    return found


def pairs_of(solved_rows: Sequence[dict[str, Any]], most: int, each: int) -> list[dict[str, Any]]:
    """Right and wrong solutions of one question, each solution in one pair at most, questions spread evenly."""
    rounds: list[list[dict[str, Any]]] = [[] for _ in range(each)]
    for row in solved_rows:
        good = sorted({text for text, right in zip(row["solutions"], row["right"], strict=True) if right})
        bad = sorted({text for text, right in zip(row["solutions"], row["right"], strict=True) if not right})
        random = Random(row["question"])
        random.shuffle(good)
        random.shuffle(bad)
        for at, (chosen, rejected) in enumerate(zip(good[:each], bad[:each], strict=False)):
            rounds[at].append({"prompt": row["question"], "chosen": chosen, "rejected": rejected})
    return [pair for one in rounds for pair in one][:most]

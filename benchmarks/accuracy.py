"""How fast and how right `boxed_accuracy` is beside math-verify and TRL's `accuracy_reward`, on the same pairs.

    python benchmarks/accuracy.py            # the case table of tests/maths, and ../shared/data where it is there

Every grader gets the same completions, in groups of 8, in one run on this host. Times are of one process and its
workers; p50 and p99 are per rollout, of single calls. Peers run as their users call them: math-verify with reference
and answer boxed, TRL with the reference as the data set has it.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
logging.disable(logging.WARNING)

Row = tuple[str, str, float]  # completion, reference, what is right
Grader = Callable[[Sequence[str], Sequence[str]], list[float | None]]


def ours() -> Grader:
    from rewards.rules.accuracy import boxed_accuracy

    reward = boxed_accuracy()
    return lambda completions, references: reward(completions=completions, solution=references)


def math_verify() -> Grader:
    from math_verify import parse, verify

    def grade(completions: Sequence[str], references: Sequence[str]) -> list[float | None]:
        pairs = zip(completions, references, strict=True)
        return [float(verify(parse(f"\\boxed{{{r}}}"), parse(c))) for c, r in pairs]

    return grade


def trl() -> Grader:
    from trl.rewards import accuracy_reward

    def grade(completions: Sequence[str], references: Sequence[str]) -> list[float | None]:
        chats = [[{"role": "assistant", "content": completion}] for completion in completions]
        return accuracy_reward(chats, list(references))

    return grade


def ordinary(folder: Path, groups: int) -> list[Row]:
    """GSM8K and MATH-500 answers as a policy writes them: groups of 8, of which 5 are right and 3 are not."""
    references = [json.loads(line)["answer"] for line in (folder / "math500" / "math500.jsonl").open(encoding="utf-8")]
    gsm8k = (folder / "gsm8k" / "test.jsonl").open(encoding="utf-8")
    references += [json.loads(line)["answer"].split("####")[1].strip() for line in gsm8k][: len(references)]
    rng = random.Random(0)
    rng.shuffle(references)
    rows = []
    for at, reference in enumerate(references[:groups]):
        wrong = references[at - 1]
        for turn in range(8):
            answer = reference if turn < 5 else wrong
            right = float(turn < 5 or wrong == reference)
            rows.append(
                (
                    f"Attempt {at}.{turn}: we compute step by step. The answer is $\\boxed{{{answer}}}$.",
                    reference,
                    right,
                )
            )
    return rows


def hard(tables: Path) -> list[Row]:
    """The case table: every category, both directions."""
    rows = []
    for path in sorted(tables.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, right in (("same", 1.0), ("different", 0.0)):
            rows += [(f"So it is $\\boxed{{{answer}}}$.", reference, right) for reference, answer in table[name]]
    random.Random(1).shuffle(rows)
    return rows


def measure(name: str, grade: Grader, rows: list[Row], singles: int) -> None:
    # Imports, sympy's too, and the start of workers are not what is measured.
    grade([r"\boxed{\int_0^1 x^2 dx}", r"\boxed{1}"], ["1/3", r"\lim_{x\to 0}\frac{\sin x}{x}"])
    times = []
    values: list[float | None] = []
    for completion, reference, _ in rows[:singles]:
        began = time.perf_counter()
        values += grade([completion], [reference])
        times.append((time.perf_counter() - began) * 1000)
    start = time.perf_counter()
    for at in range(singles, len(rows), 64):  # each pair is graded once: nothing is remembered from the single calls
        values += grade([row[0] for row in rows[at : at + 64]], [row[1] for row in rows[at : at + 64]])
    seconds = time.perf_counter() - start
    right = [(value, row[2]) for value, row in zip(values, rows, strict=True)]
    positive = max(1, sum(expected == 1 for _, expected in right))
    negative = max(1, sum(expected == 0 for _, expected in right))
    refused = sum(expected == 1 and value != 1 for value, expected in right)
    paid = sum(expected == 0 and value == 1 for value, expected in right)
    unscored = sum(value is None for value, _ in right)
    cuts = statistics.quantiles(times, n=100)
    print(
        f"  {name:<22}{(len(rows) - singles) / seconds:>10.0f}/s {cuts[49]:>9.3f} {cuts[98]:>9.2f}"
        f"{refused / positive:>11.1%}{paid / negative:>9.1%}{unscored / len(rows):>10.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = ROOT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=data, help="folder with gsm8k and math500")
    parser.add_argument("--groups", type=int, default=1000, help="groups of 8 ordinary rollouts")
    parser.add_argument("--hard", type=int, default=1500, help="pairs of the case table, drawn with a fixed seed")
    parser.add_argument("--singles", type=int, default=300, help="single calls for p50 and p99")
    arguments = parser.parse_args()
    sets = {"hard (the case table)": hard(ROOT / "tests" / "maths" / "cases")[: arguments.hard]}
    if arguments.data.is_dir():
        sets["ordinary (GSM8K, MATH-500)"] = ordinary(arguments.data, arguments.groups)
    graders = {"boxed_accuracy": ours, "math-verify, boxed": math_verify, "TRL accuracy_reward": trl}
    for title, rows in sets.items():
        print(f"{title}: {len(rows)} rollouts")
        print(f"  {'grader':<22}{'rate':>12} {'p50 ms':>9} {'p99 ms':>9}    refused     paid  unscored")
        for name, make in graders.items():
            try:
                grade = make()
            except ImportError as error:
                print(f"  {name:<22} not installed ({error})")
                continue
            measure(name, grade, rows, arguments.singles)


if __name__ == "__main__":
    main()

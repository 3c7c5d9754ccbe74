"""How long `benchmarks/spct.py` takes on a GPU, by arithmetic, and how long it took."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table


@dataclass(frozen=True)
class Rates:
    """What one H200 does with a model of 1.5 B parameters.

    Args:
        written: tokens a second that one vLLM samples, 512 sequences at once; 19,637 were measured, reading included.
        together: the same of several beside each other, which the GPU limits: a step of 512 sequences of 765 tokens
            reads 3.6 GB of weights and 11.2 GB of cache at 4.8 TB/s and is 1.6e12 operations, so 5 ms each way at
            three and two fifths of what the GPU can do.
        read: tokens a second that it reads: 2 · 1.54e9 operations a token, at two fifths of 790e12 a second.
        trained: tokens a second forward, backward and the forward again of checkpointing: 8 · 1.54e9 operations a
            token at two fifths of 790e12 a second.
        step_s: one step of decoding by transformers, however many sequences.
        step_busy_s: what of it the GPU works.
        vllm_s: loading vLLM, graphs captured.
        trainer_s: starting a trainer and saving the model.
    """

    written: float = 20_000
    together: float = 45_000
    read: float = 100_000
    trained: float = 25_000
    step_s: float = 0.04
    step_busy_s: float = 0.015
    vllm_s: float = 45
    trainer_s: float = 25

    @property
    def busy(self) -> Rates:
        """The same where only the GPU's own work counts."""
        return replace(self, written=self.together, step_s=self.step_busy_s, vllm_s=0.0, trainer_s=0.0)


@dataclass(frozen=True)
class Plan:
    """The sizes that decide how long it takes.

    Args:
        train_solutions: written by the policy, for the pairs to train on.
        test_solutions: the same for the pairs to measure.
        train_pairs: judged in training.
        test_pairs: judged by the untrained and the trained judge.
        draws: plain judgements of a training pair in each of three stages.
        votes: judgements of a test pair by the trained judge.
        rollouts: of reinforcement learning, all steps together.
        steps: of reinforcement learning.
        prompt: tokens of a judge's prompt.
        judgement: tokens of a judgement.
        solution: tokens of a solution.
        learned: share of the first judgements that fine-tuning is made of.
    """

    train_solutions: int
    test_solutions: int
    train_pairs: int
    test_pairs: int
    draws: int
    votes: int
    rollouts: int
    steps: int
    prompt: int = 700
    judgement: int = 130
    solution: int = 220
    learned: float = 0.5

    def seconds(self, rates: Rates | None = None) -> tuple[dict[str, float], dict[str, float]]:
        """Seconds of what is done once, and of what each seed does, where nothing else is at work."""
        rates = rates or Rates()
        whole = self.prompt + self.judgement

        def solved(solutions: int) -> float:
            return rates.vllm_s + solutions * self.solution / rates.written

        def asked(pairs: int, judgements: int, prompts: float) -> float:
            written, read = pairs * judgements * self.judgement, pairs * prompts * self.prompt
            return rates.vllm_s + written / rates.written + read / rates.read

        def fitted(rows: float) -> float:
            return rates.trainer_s + rows * whole / rates.trained

        once = {
            "solve_train": solved(self.train_solutions),
            "sample": asked(self.train_pairs, self.draws + 1, 2.5),  # two orders, drawn, and a hinted one
            "solve_test": solved(self.test_solutions),
            "ask_untrained": asked(self.test_pairs, 2, 1.5),
        }
        answered = self.test_pairs * (self.votes * self.judgement + 2 * self.prompt)
        own = {
            "sft": fitted(self.learned * self.train_pairs * (self.draws + 1)),
            "probe": asked(self.train_pairs, self.draws, 1.5),
            # the reference model reads what the policy learns from: a quarter more
            "rl": fitted(1.25 * self.rollouts) + self.steps * 2 * self.judgement * rates.step_s,
            "resample": asked(self.train_pairs, self.draws, 1.5),
            "meta": fitted(2 * self.draws * self.train_pairs),
            "ask_rl": asked(self.test_pairs, self.votes + 1, 2),
            "weigh": rates.vllm_s + answered / rates.read,  # a pair's judgements share the prompt, which is cached
        }
        return once, own

    def minutes(self, seeds: int, side_by_side: int, rates: Rates | None = None) -> tuple[float, float]:
        """Minutes one after the other, and the least that it takes side by side.

        Side by side nothing ends before its own steps are done, nor before the GPU has done all that they ask of it.
        """
        rates = rates or Rates()
        (once, own), (busy_once, busy_own) = self.seconds(rates), self.seconds(rates.busy)
        first = max(once["solve_train"] + once["sample"], once["solve_test"] + once["ask_untrained"])
        rounds = -(-seeds // side_by_side)
        least = max(first, sum(busy_once.values())) + max(rounds * sum(own.values()), seeds * sum(busy_own.values()))
        whole = sum(once.values()) + seeds * sum(own.values())
        return whole / 60, (whole if side_by_side == 1 else least) / 60

    def table(self, seeds: int, side_by_side: int) -> Table:
        """The plan as a table."""
        table = Table(title="planned seconds on one H200")
        for title in ("stage", "once", "each seed", "the GPU's own"):
            table.add_column(title, justify="left" if title == "stage" else "right")
        (once, own), (busy_once, busy_own) = self.seconds(), self.seconds(Rates().busy)
        for name, seconds in once.items():
            table.add_row(name, f"{seconds:.0f}", "", f"{busy_once[name]:.0f}")
        for name, seconds in own.items():
            table.add_row(name, "", f"{seconds:.0f}", f"{busy_own[name]:.0f}")
        every = sum(busy_once.values()) + sum(busy_own.values())
        table.add_row("together", f"{sum(once.values()):.0f}", f"{sum(own.values()):.0f}", f"{every:.0f}")
        whole, least = self.minutes(seeds, side_by_side)
        table.caption = (
            f"{seeds} seed{'s' * (seeds > 1)}: {whole:.0f} min one after the other, "
            f"{least:.0f} or more with {side_by_side} side by side; and the host's setting up"
        )
        return table


def took(output: Path) -> Table:
    """How long each stage took, by its own record; what seeds share stands there once."""
    table = Table(title="seconds that it took")
    for title in ("where", "stage", "seconds"):
        table.add_column(title, justify="right" if title == "seconds" else "left")
    seen = set()
    for path in sorted(output.glob("*/*/made.json"), key=lambda path: path.stat().st_mtime):
        record = json.loads(path.read_text("utf-8"))
        if record["key"] not in seen:
            seen.add(record["key"])
            table.add_row(path.parts[-3], record["stage"], f"{record['seconds']:.0f}")
    return table

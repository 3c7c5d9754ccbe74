"""Notices a part that never scores, such as a function that forgets its `return`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from rewards.core.score import Score, Status

ENOUGH = 256
"""Rollouts a part may skip, with none scored, before that is said."""


class Skips:
    """Counts what each part skipped until it scores for the first time.

    >>> skips = Skips()
    >>> quiet, spoke, again = (skips.count([Score.skip("no number")] * 200) for _ in range(3))
    >>> quiet, spoke, again
    ([], [('', 400, 'no number')], [])
    """

    def __init__(self) -> None:
        self._skipped: Counter[str] = Counter()
        self._settled: set[str] = set()

    def count(self, scores: Sequence[Score]) -> list[tuple[str, int, str]]:
        """Count a batch; gives the parts that have skipped enough, each once: its path, how often, the last reason."""
        reasons: dict[str, str] = {}
        for path, score in chain.from_iterable(_leaves(whole, "") for whole in scores):
            if path in self._settled:
                continue
            if score.status is Status.skipped:
                self._skipped[path] += 1
                reasons[path] = score.why
            else:
                self._settled.add(path)
        told = [(path, self._skipped[path], why) for path, why in reasons.items() if path not in self._settled]
        told = [one for one in told if one[1] >= ENOUGH]
        self._settled.update(path for path, *_ in told)
        return told


def _leaves(score: Score, path: str) -> Iterator[tuple[str, Score]]:
    if not score.parts:
        yield path, score
    for name, part in score.parts.items():
        yield from _leaves(part, f"{path}/{name}" if path else name)

"""What the demo measured, step by step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol


class Watcher(Protocol):
    """Whoever watches the demo: told of each step as it begins and ends."""

    def began(self, step: str) -> None: ...

    def ended(self, step: str, seconds: float, says: str) -> None: ...


class Unwatched:
    """Nobody watches."""

    def began(self, step: str) -> None:
        """Say nothing."""

    def ended(self, step: str, seconds: float, says: str) -> None:
        """Say nothing."""


@dataclass
class Step:
    """A running step; ``says`` is the sentence shown when it has ended."""

    says: str = ""


@dataclass
class Clock:
    """Measures steps: wall seconds each, and the peak of memory of the whole process."""

    watcher: Watcher
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        self.watcher.began(name)
        started = time.perf_counter()
        running = Step()
        yield running
        self.seconds[name] = round(time.perf_counter() - started, 3)
        self.watcher.ended(name, self.seconds[name], running.says)


@dataclass(frozen=True)
class Figures:
    """The figures of a demo day, as ``dure demo --json`` writes them."""

    people: int
    posts: int
    seats: int
    placed: int
    filled_by_tier: list[int]
    gap_units: int
    accepted: int
    no_shows: int
    entries: int
    ledger_size: int
    ledger_root: str
    seconds: dict[str, float]
    peak_rss_gb: float

    def as_json(self) -> dict[str, Any]:
        return {
            "people": self.people,
            "posts": self.posts,
            "seats": self.seats,
            "placed": self.placed,
            "filled_by_tier": self.filled_by_tier,
            "gap_units": self.gap_units,
            "accepted": self.accepted,
            "no_shows": self.no_shows,
            "entries": self.entries,
            "ledger": {"size": self.ledger_size, "root": self.ledger_root},
            "seconds": self.seconds,
            "peak_rss_gb": self.peak_rss_gb,
        }

"""Languages of a copy made by processes of their own, so that every core has something to do.

A process is started anew rather than forked: threads and open connections of this one must not be in it.
"""

from __future__ import annotations

import pickle
import queue
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final, TypeVar

from dure.kernel.frames import in_one_piece
from dure.kernel.must import must
from dure.operations import publish_beside
from dure.operations.publish.asking import Ask, Copy, visitor
from dure.operations.publish.folder import Stage
from dure.operations.publish.walking import Walk, Watch, folders, walked, write_pages

T = TypeVar("T")
# How often whoever watches is told.
TOLD_EVERY_S: Final = 0.5
# A word to the watching process costs more than a page's share of it is worth.
TOLD_EACH_PAGES: Final = 20
_ask: Ask | None = None
_told: Any = None  # a queue of multiprocessing, which has no type to name


@contextmanager
def apart(copy: Copy, stage: Stage, watch: Watch | None, processes: int) -> Iterator[Crew]:
    """Processes that write to one stage; they end with the block."""
    context = get_context("spawn")
    told = context.Queue()
    count = min(processes, len(copy.languages))
    with ProcessPoolExecutor(count, context, publish_beside.begin, (pickle.dumps(copy), told)) as pool:
        yield Crew(pool, copy, stage, told, watch, {})


@dataclass(slots=True)
class Crew:
    """``told``: how far each language is, by its code: pages done, pages known of."""

    pool: ProcessPoolExecutor
    copy: Copy
    stage: Stage
    told: Any
    watch: Watch | None
    far: dict[str, tuple[int, int]]

    def walked(self, before: dict[str, str]) -> list[Walk]:
        """As :func:`walking.walked`, of every language."""
        calls = [
            self.pool.submit(_walk, self.stage, code, folder, before) for code, folder in folders(self.copy)
        ]
        done = self._wait(calls)
        for _, stage in done:
            self.stage.take(stage)
        return [walk for walk, _ in done]

    def write_pages(self, walks: list[Walk]) -> None:
        """As :func:`walking.write_pages`, of every language."""
        calls = [self.pool.submit(_write, self.stage, walk, walks, self.copy) for walk in walks]
        for stage in self._wait(calls):
            self.stage.take(stage)

    def _wait(self, calls: list[Future[T]]) -> list[T]:
        left: set[Future[T]] = set(calls)
        while left:
            left = wait(left, TOLD_EVERY_S).not_done
            self._tell()
        return [call.result() for call in calls]

    def _tell(self) -> None:
        while True:
            try:
                language, done, total = self.told.get_nowait()
            except queue.Empty:
                break
            self.far[language] = (done, total)
        if self.watch is not None and self.far:
            done, total = (sum(each) for each in zip(*self.far.values(), strict=True))
            self.watch.advance(done, total)


@dataclass(slots=True)
class _Teller:
    """Tells the process that waits, now and then."""

    language: str

    def advance(self, done: int, total: int, step: str = "") -> None:
        if done % TOLD_EACH_PAGES == 0:
            _told.put((self.language, done, total))


def begin(copy: Copy, told: Any) -> None:
    """In a process of its own, before its first language."""
    global _ask, _told
    _ask, _told = visitor(copy), told


def _asking() -> Ask:
    must(_ask is not None, "a process of the copy has begun")
    return _ask  # type: ignore[return-value]  # just looked at


@in_one_piece
def _walk(stage: Stage, language: str, folder: str, before: dict[str, str]) -> tuple[Walk, Stage]:
    own = stage.beside()
    return walked(own, _asking(), language, folder, before, _Teller(language)), own


@in_one_piece
def _write(stage: Stage, walk: Walk, walks: list[Walk], copy: Copy) -> Stage:
    own = stage.beside()
    write_pages(own, walk, walks, copy, _asking())
    return own

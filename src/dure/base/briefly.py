"""What many look at in the same seconds is worked out once for all of them.

Only where :meth:`Briefly.switch_on` was called, as the server does: commands and tests work everything out. Nothing
about one person is kept here. What takes long to make is kept longer: no more than a tenth of the time goes into it.

The server and the processes beside it show each other what they made, as files in a folder of their own. Where one of
them does nothing but renew (``web.readers``), the others leave that to it and show what there was; and where nothing is
there to be shown, they leave to it what is known to take long.
"""

from __future__ import annotations

import fcntl
import logging
import os
import pickle
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import IO, Any, Final, TypeVar

T = TypeVar("T")
SECONDS: Final = 4.0
SECONDS_MAX: Final = 60.0
# Of what making it took.
TIMES: Final = 10
# It is shown so many times as long as it is kept, while another renews it.
OLD_TIMES: Final = 2
COUNT_MAX: Final = 512
# What is made in less is made by whoever asks: to ask somebody else for it costs as much.
CHEAP_S: Final = 0.02
# A process that many wait for begins nothing that took longer the last time, and waits no longer for another.
SLOW_S: Final = 0.3
_TRY_S: Final = 0.01
# Whose acts are remembered, of visitors who are let see what they did.
ACTORS_MAX: Final = 10_000
# What is older than anything that is kept is swept out of the folder once in so many files.
SWEPT_EACH: Final = 256
SWEPT_AFTER_S: Final = 1_800
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    # By the clock that all processes of a machine share.
    made_at: float
    # For how long it is fresh.
    seconds: float
    took_s: float
    # How often the server had been told to forget when it was begun; None: that does not touch it.
    round: int | None

    def age(self) -> float:
        return monotonic() - self.made_at


class LeftToAnother(BaseException):
    """The page needs what takes long, and another process is there for that. Nothing on the way may catch it."""


class Briefly:
    """A small store of values that are shared, so they must not be changed."""

    def __init__(self) -> None:
        self._on = False
        self._folder: _Folder | None = None
        self._kept: dict[Hashable, _Kept] = {}
        self._making: dict[Hashable, Lock] = {}
        # How often; a process that keeps the same for itself is told by it what is of before.
        self.forgotten = 0
        # From which round on everybody sees what was done, and whoever did it.
        self._all_see = 0
        self._acted: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()
        self._held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held", default=None)
        # Of a process that makes one page at a time: the oldest round that its visitor may be shown, whether it leaves
        # to another what is to be renewed, and whether it did.
        self._oldest: int | None = None
        self._leaves = self.has_left = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Here what was made once stands until the end, however long that takes: for a run over very many pages."""
        token = self._held.set({})
        try:
            yield
        finally:
            self._held.reset(token)

    def switch_on(self, folder: Path | None = None) -> None:
        """``folder``: where this process and those forked from it show each other what they made."""
        self._on = True
        self._folder = _Folder(folder) if folder else None

    def get(self, key: Hashable, make: Callable[[], T], *, seconds: float | None = None) -> T:
        """What ``make`` gave some seconds ago, or twice as many while another renews it; else what it gives now.

        ``seconds``: kept for so long whatever it costs and whoever acts; only for what hardly changes.
        Raises LeftToAnother in a process that leaves what takes long to another.
        """
        held = self._held.get()
        if held is not None:
            if key not in held:
                held[key] = make()
            mine: T = held[key]
            return mine
        if not self._on:
            return make()
        kept = self._latest(key)
        if kept is not None and (self._is_fresh(kept) or self._stands_in(key, kept)):
            value: T = kept.value
            return value
        if self._leaves and kept is not None and kept.took_s > SLOW_S:
            raise LeftToAnother
        with self._alone(key):
            return self._made(key, make, seconds)

    def forget(self, actor: str = "") -> None:
        """Somebody changed something. Who looks as ``actor`` ("": everybody) sees it from now on, others when it is
        renewed."""
        with self._lock:
            self.forgotten += 1
            if actor:
                self._acted[actor] = self.forgotten
                self._acted.move_to_end(actor)
                if len(self._acted) > ACTORS_MAX:
                    self._acted.popitem(last=False)
            else:
                self._kept.clear()
                self._all_see = self.forgotten
            # Nobody waits for what is being made as it was before.
            self._making.clear()

    def oldest_for(self, actor: str) -> int:
        """The oldest round that whoever looks as ``actor`` may be shown."""
        return max(self._all_see, self._acted.get(actor, 0))

    def look(self, *, forgotten: int, oldest: int, renews: bool) -> None:
        """The next look of a process that makes one page at a time: how often the server has forgotten, from which
        round on its visitor may be shown anything, and whether it is there to renew what is old."""
        self.forgotten, self._oldest = forgotten, forgotten if renews else oldest
        self._leaves, self.has_left = not renews, False

    def _latest(self, key: Hashable) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
        if self._folder is None or (kept is not None and self._is_fresh(kept)):
            return kept
        newer = self._folder.newer(key, kept)
        if newer is None:
            return kept
        return self._keep(key, newer)

    def _is_fresh(self, kept: _Kept) -> bool:
        return kept.age() < kept.seconds and (kept.round is None or kept.round >= self.forgotten)

    def _stands_in(self, key: Hashable, kept: _Kept) -> bool:
        """Whether it is shown although it is old, because another renews it."""
        oldest = self.forgotten if self._oldest is None else self._oldest
        if kept.age() >= OLD_TIMES * kept.seconds or (kept.round is not None and kept.round < oldest):
            return False
        if self._leaves and kept.took_s > CHEAP_S:
            self.has_left = True
            return True
        with self._lock:
            making = self._making.get(key)
        return making is not None and making.locked()

    @contextmanager
    def _alone(self, key: Hashable) -> Iterator[None]:
        """While this lasts nobody else makes it; whoever changed something waits for nobody from before."""
        with self._lock:
            # Also what could not be made was begun.
            if len(self._making) >= COUNT_MAX:
                self._making.clear()
            making = self._making.setdefault(key, Lock())
        with making:
            if self._folder is None:
                yield
            else:
                with self._folder.alone((key, self.forgotten), SLOW_S if self._leaves else None):
                    yield

    def _made(self, key: Hashable, make: Callable[[], T], seconds: float | None) -> T:
        # Whoever held the lock before may just have made it.
        kept = self._latest(key)
        if kept is not None and self._is_fresh(kept):
            mine: T = kept.value
            return mine
        # What is changed while it is made may not be in it: then it is of the round before.
        began_at, forgotten = monotonic(), self.forgotten
        value = make()
        made_at = monotonic()
        took_s = made_at - began_at
        lasts = seconds or max(SECONDS, min(SECONDS_MAX, TIMES * took_s))
        made = _Kept(value, made_at, lasts, took_s, None if seconds else forgotten)
        self._keep(key, made)
        if self._folder is not None:
            self._folder.write(key, made)
        return value

    def _keep(self, key: Hashable, kept: _Kept) -> _Kept:
        """What is kept then: not what was begun in an earlier round than what is there."""
        with self._lock:
            there = self._kept.get(key)
            if there is not None and (there.round or 0) > (kept.round or 0):
                return there
            if len(self._kept) >= COUNT_MAX:
                self._kept.clear()
            self._kept[key] = kept
        return kept


class _Folder:
    """What several processes made, a file for each key. It is theirs alone: what lies in it is believed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = 0

    def newer(self, key: Hashable, than: _Kept | None) -> _Kept | None:
        """What another process made of ``key`` since."""
        try:
            with self._file(key).open("rb") as file:
                made_at = float.fromhex(file.readline().decode())
                if than is not None and made_at <= than.made_at:
                    return None
                kept: _Kept = pickle.load(file)  # noqa: S301  written below, in a folder for this server alone
        except FileNotFoundError:
            return None
        except Exception as no:  # it can be made anew, whatever became of it
            log.warning("what was kept of %.80r can't be read (%s)", key, no)
            return None
        return kept

    def write(self, key: Hashable, kept: _Kept) -> None:
        """Show it to the others, as far as it can be written; whoever reads finds it whole."""
        part = self._path / f"{os.getpid()}-{time.monotonic_ns()}"
        try:
            part.write_bytes(kept.made_at.hex().encode() + b"\n" + pickle.dumps(kept))
            part.replace(self._file(key))
        except FileNotFoundError:
            return  # the server has ended
        except Exception as no:  # each process makes its own then, as where there is no folder
            log.warning("what was made of %.80r can't be shown to other processes (%s)", key, no)
            with suppress(OSError):
                part.unlink()
        self._written += 1
        if self._written % SWEPT_EACH == 0:
            self._sweep()

    @contextmanager
    def alone(self, what: Hashable, wait_s: float | None) -> Iterator[None]:
        """As long as another process makes it, wait; after ``wait_s`` raise LeftToAnother."""
        try:
            lock = self._file(what).with_suffix(".lock").open("w")
        except OSError:  # the folder is gone, or there is no room
            yield
            return
        with lock:
            if wait_s is None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            else:
                _lock_within(lock, wait_s)
            yield

    def _file(self, key: Hashable) -> Path:
        return self._path / sha256(_words(key).encode()).hexdigest()

    def _sweep(self) -> None:
        before = time.time() - SWEPT_AFTER_S
        for one in self._path.iterdir():
            with suppress(OSError):
                if one.stat().st_mtime < before:
                    one.unlink()


def _lock_within(file: IO[str], wait_s: float) -> None:
    for _ in range(round(wait_s / _TRY_S)):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_TRY_S)
    raise LeftToAnother


def _words(key: object) -> str:
    """The same in every process; a function goes by its name."""
    if isinstance(key, tuple):
        return f"({','.join(map(_words, key))})"
    name = getattr(key, "__qualname__", None)
    return repr(key) if name is None else f"{getattr(key, '__module__', '')}.{name}"


BRIEFLY: Final = Briefly()

"""What many look at in the same seconds is worked out once for all of them.

Only where :meth:`Briefly.switch_on` was called, as the server does: commands and tests work everything out. Nothing
about one person is kept here. What takes long to make is kept longer: no more than a tenth of the time goes into it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar

T = TypeVar("T")
SECONDS: Final = 4.0
SECONDS_MAX: Final = 60.0
# Of what making it took.
TIMES: Final = 10
COUNT_MAX: Final = 512


@dataclass(slots=True)
class _Kept:
    value: Any
    made_at: float
    # For how long it is shown.
    seconds: float
    # Somebody works it out anew: until then the others are shown this one.
    is_renewed: bool = False


class Briefly:
    """A small store of values that are shared, so they must not be changed."""

    def __init__(self) -> None:
        self._on = False
        self._kept: dict[Hashable, _Kept] = {}
        self._making: dict[Hashable, Lock] = {}
        self._forgotten_at = 0.0
        # How often; a process that keeps the same for itself is told by it when to forget as well.
        self.forgotten = 0
        self._lock = Lock()
        self._held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held", default=None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Here what was made once stands until the end, however long that takes: for a run over very many pages."""
        token = self._held.set({})
        try:
            yield
        finally:
            self._held.reset(token)

    def switch_on(self) -> None:
        self._on = True

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave some seconds ago, or twice as many while another renews it; else what it gives now."""
        held = self._held.get()
        if held is not None:
            if key not in held:
                held[key] = make()
            mine: T = held[key]
            return mine
        if not self._on:
            return make()
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                age = monotonic() - kept.made_at
                if age < kept.seconds or (kept.is_renewed and age < 2 * kept.seconds):
                    value: T = kept.value
                    return value
                kept.is_renewed = True
            # Also what could not be made was begun.
            if len(self._making) >= COUNT_MAX:
                self._making.clear()
            making = self._making.setdefault(key, Lock())
        with making:
            return self._made(key, make)

    def _made(self, key: Hashable, make: Callable[[], T]) -> T:
        began_at = monotonic()
        with self._lock:
            kept = self._kept.get(key)
            # Whoever held the lock before may just have made it.
            if kept is not None and began_at - kept.made_at < kept.seconds:
                value: T = kept.value
                return value
        value = make()
        made_at = monotonic()
        seconds = max(SECONDS, min(SECONDS_MAX, TIMES * (made_at - began_at)))
        with self._lock:
            if len(self._kept) >= COUNT_MAX:
                self._kept.clear()
            # What was changed while it was made may not be in it.
            if self._forgotten_at < began_at:
                self._kept[key] = _Kept(value, made_at, seconds)
        return value

    def forget(self) -> None:
        """Somebody changed something and looks at it next."""
        with self._lock:
            self._forgotten_at = monotonic()
            self.forgotten += 1
            self._kept.clear()
            # Nobody waits for what is being made as it was before.
            self._making.clear()

    def keep_up(self, forgotten: int) -> None:
        """Forget, if another process's has forgotten since this was last told how often it had."""
        if forgotten != self.forgotten:
            self.forget()
            self.forgotten = forgotten


BRIEFLY: Final = Briefly()

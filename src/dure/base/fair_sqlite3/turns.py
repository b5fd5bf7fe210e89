"""Turns in the order of coming. ``threading.Lock`` is taken again by whoever gave it back, while others wake up."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turns:
    """A lock that is handed on to whoever has waited longest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()

    def take(self, *, wait_s_max: float) -> bool:
        """Whether it is one's turn by then."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=wait_s_max):
            return True
        with self._lock:
            if mine not in self._waiting:  # handed on at this very moment
                return True
            self._waiting.remove(mine)
            return False

    def give_back(self) -> None:
        """Hand the turn on."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

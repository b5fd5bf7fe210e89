"""Pages that are the same for very many: rendered once, kept for seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Final

# What a page shows and its key does not name, such as a new town, is seen after so long.
KEPT: Final = timedelta(seconds=60)
# Of one campaign a page for each call and language; more are hardly asked for in a minute.
PAGES_MAX: Final = 100


class KeptPages:
    """HTML by what it depends on. Threads that come at once may each render it; the last one's is kept."""

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[datetime, str]] = {}

    def of(self, key: Hashable, render: Callable[[], str], *, at: datetime) -> str:
        """The page of ``key``, rendered when there is none or it is too old."""
        held = self._held.get(key)
        if held is not None and held[0] <= at < held[0] + KEPT:
            return held[1]
        html = render()
        if len(self._held) >= PAGES_MAX:
            self._held.clear()
        self._held[key] = (at, html)
        return html

    def forget(self) -> None:
        """Render all anew."""
        self._held.clear()

"""Many who ask at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from dure.kernel.refusals import Refusal


def at_once(count: int, ask: Callable[[int], str]) -> Counter[str]:
    """What ``count`` threads heard that asked at the same moment, each on a connection of its own."""
    start = Barrier(count)

    def one(number: int) -> str:
        start.wait(timeout=60)
        try:
            return ask(number)
        except Refusal as no:
            return no.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))

"""How much memory the process took, how much the match may take, and how seldom cycles are looked for."""

from __future__ import annotations

import gc
import os
import resource
import sys
from typing import Final

from dure.base.errors import SettingBad

BYTES_PER_GB: Final = 1e9
# getrusage counts in KiB on Linux and in bytes on macOS.
RSS_UNIT_BYTES: Final = 1 if sys.platform == "darwin" else 1024
MATCH_MEMORY: Final = "DURE_MATCH_MEMORY_MB"


def match_memory_max_bytes() -> int | None:
    """What a match may take, from the environment (megabytes, 10^6 bytes); None: no limit. Refuses with SettingBad."""
    named = os.environ.get(MATCH_MEMORY, "")
    if not named:
        return None
    if not named.isdecimal() or int(named) == 0:
        raise SettingBad(name=MATCH_MEMORY, value=named, wanted="whole megabytes, at least 1")
    return int(named) * 1_000_000


def peak_rss_gb() -> float:
    """The most memory this process ever held, in GB (10^9 bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES
    return round(most / BYTES_PER_GB, 3)


def spare_the_collector() -> None:
    """Look for cycles seldom, in a process that handles rows by the million.

    Imports and days hold millions of small tuples that are in no cycles; looking through them again and again cost a
    seventh of their time, and of an append of a thousand entries up to a fifth.
    """
    gc.set_threshold(200_000, 20, 100)

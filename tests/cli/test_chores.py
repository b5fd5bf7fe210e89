"""The process of the chores: started beside the site, started again when it dies, ended with the site."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Event
from typing import Any

import pytest

from dure.cli import chores

SOON_S = 30


def test_the_chores_end_with_the_program_that_started_them() -> None:
    stop = Event()
    chores._end_with(os.getppid() + 1, stop)  # that parent is gone: this process has another
    assert stop.is_set()


def test_the_chores_go_on_while_that_program_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Event()
    looks: list[int] = []

    def parent() -> int:
        looks.append(1)
        return 7 if len(looks) < 4 else 1

    monkeypatch.setattr(os, "getppid", parent)
    monkeypatch.setattr(chores, "PARENT_SEEN_S", 0.001)
    chores._end_with(7, stop)
    assert (len(looks), stop.is_set()) == (4, True)


def test_a_process_that_dies_is_started_again_and_the_last_is_ended_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    third = Event()
    start = subprocess.Popen

    def one_more(command: list[str], **words: Any) -> subprocess.Popen[bytes]:
        assert command[-3:] == ["chores", "--beside", str(os.getpid())]
        # The first two die at once; the third stays until it is told to go.
        code = "raise SystemExit(3)" if len(started) < 2 else "import time; time.sleep(600)"
        started.append(start([sys.executable, "-c", code], **words))
        if len(started) == 3:
            third.set()
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", one_more)
    monkeypatch.setattr(chores, "PAUSE_S", 0.01)
    with chores.beside_the_site():
        assert third.wait(SOON_S)

    assert [one.returncode for one in started] == [3, 3, -15]

"""What the house does by itself goes on, whatever breaks."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from threading import Event
from typing import NoReturn

import pytest
from django.db import OperationalError

from dure.operations.chores import CHORES, Chore, run, turn


def _break(now: datetime) -> NoReturn:
    raise ZeroDivisionError("somebody divided")


def _wait(now: datetime) -> NoReturn:
    raise OperationalError from sqlite3.OperationalError("the database is gone")


@pytest.mark.django_db
@pytest.mark.parametrize("chore", CHORES, ids=lambda chore: chore.name)
def test_every_chore_does_its_turn_where_there_is_nothing_to_do(
    chore: Chore, caplog: pytest.LogCaptureFixture
) -> None:
    turn(chore)
    assert not caplog.records


def test_what_breaks_is_told_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        turn(Chore("sums", 1, _break))
        turn(Chore("sums", 1, _wait))
    first, second = caplog.records
    assert (first.levelname, first.exc_info is not None) == ("ERROR", True)
    # A database that is away for a while is no fault of the program.
    assert (second.levelname, second.exc_info) == ("WARNING", None)


def test_each_goes_on_by_itself_until_all_are_stopped() -> None:
    stop, slow_began, seen = Event(), Event(), []

    def slow(now: datetime) -> None:
        slow_began.set()
        stop.wait(30)

    def quick(now: datetime) -> None:
        seen.append(now)
        if len(seen) == 3 and slow_began.wait(30):
            stop.set()

    run(stop, (Chore("slow", 0.001, slow), Chore("quick", 0.001, quick)))

    assert len(seen) == 3

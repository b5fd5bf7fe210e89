from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.web.cast import NOW, Cast
from tests.web.cast_again import cast_again
from tests.web.visitors import visitor


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The doors read the clock; here it stands at the morning of the cast's day."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def launched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The `dure` commands that pages start beside the site; here they are only written down."""
    commands: list[list[str]] = []
    monkeypatch.setattr("dure.operations.match_job.launch", lambda words, job_id: commands.append(words))
    return commands


@pytest.fixture
def texts(settings: Any) -> None:
    """SMS is set up, so a phone number is enough to sign up."""
    settings.SMS_URL = "https://gateway.example.org/cgi-bin/sendsms"


@pytest.fixture
def cast(db: None) -> Cast:
    return cast_again()


@pytest.fixture
def minji(cast: Cast) -> Client:
    return visitor("volunteer", cast)


@pytest.fixture
def bora(cast: Cast) -> Client:
    return visitor("other volunteer", cast)


@pytest.fixture
def captain(cast: Cast) -> Client:
    return visitor("captain", cast)


@pytest.fixture
def organiser(cast: Cast) -> Client:
    return visitor("organiser", cast)

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.web.cast import NOW, Cast, build
from tests.web.visitors import visitor


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The doors read the clock; here it stands at the morning of the cast's day."""
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return build()


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

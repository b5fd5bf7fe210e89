"""Private links are kept out of logs."""

from __future__ import annotations

import logging
import sys

import pytest

from dure.base.redaction import PrivateLinks
from dure.config.settings import LOGGING

TOKEN = "0f3c9a77d2ab4b16a0de3cc1.1.Zq-signature_x"


def shown(message: str, *args: object, broken: bool = False) -> str:
    exc_info = None
    if broken:
        try:
            raise ValueError(f"at /me/{TOKEN}/")
        except ValueError:
            exc_info = sys.exc_info()
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, exc_info)
    assert PrivateLinks().filter(record)
    return logging.Formatter().format(record)


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("Not Found: %s", (f"/me/{TOKEN}/",)),
        (f"Gone: /guardian/{TOKEN}/", ()),
        ('"%s" %s', (f"GET /me/{TOKEN} HTTP/1.1", 404)),
        ("%s", (f"https://example.org/me/{TOKEN}/?x=1",)),
        ("Not Found: %s", (f"/me/confirm/{TOKEN}/",)),
        ("Forbidden: %s", (f"/drives/name/{TOKEN}/",)),
        ("%s", (f"/c/harvest/needs/asked/{TOKEN}/",)),
        ("%s", (f"/messages/report/{TOKEN}/?d=1",)),
    ],
)
def test_a_token_is_left_out_wherever_it_stands(message: str, args: tuple[object, ...]) -> None:
    text = shown(message, *args)

    assert "signature" not in text
    assert "…" in text


def test_a_token_is_left_out_of_a_traceback() -> None:
    text = shown("broken", broken=True)

    assert "ValueError" in text
    assert "signature_x/" not in text


def test_other_words_stay_as_they_are() -> None:
    assert shown("Not Found: %s, %d times", "/guardian/answer/", 2) == "Not Found: /guardian/answer/, 2 times"
    assert shown("Not Found: %s", "/c/harvest/") == "Not Found: /c/harvest/"


def test_every_handler_has_the_filter_and_no_logger_goes_round_it() -> None:
    assert all("private_links" in handler["filters"] for handler in LOGGING["handlers"].values())
    assert LOGGING["loggers"]["django"]["handlers"] == []
    assert LOGGING["loggers"]["django.server"]["handlers"] == []

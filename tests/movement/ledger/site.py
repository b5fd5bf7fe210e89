"""A running site with a signed log, and the outsider who verifies it."""

from __future__ import annotations

from datetime import timedelta

from dure.movement.ledger import actions
from dure.movement.ledger.outside.checking import Question, Verdict, check
from dure.movement.ledger.outside.web import Web
from tests.movement.ledger.village import NOW, Village, record_all

SIZE = 600
HOUR = timedelta(hours=1)


def grow(village: Village, first: int, end: int, hours: int = 0) -> None:
    record_all([village.entry(number) for number in range(first, end)], now=NOW + hours * HOUR)


def verified(url: str, **asked: object) -> Verdict:
    return check(Web(), url, Question(**asked))  # type: ignore[arg-type]


def signed(village: Village) -> Village:
    """``SIZE`` entries, signed."""
    grow(village, 0, SIZE)
    actions.sign_checkpoint(now=NOW)
    return village

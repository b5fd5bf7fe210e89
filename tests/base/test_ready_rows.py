"""Rows ready for the driver, sent together: all of them or none, and what is wrong is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from dure.base.models import OutboxMessage
from dure.base.outbox_batch import NoticeMould
from dure.base.ready_rows import ReadyTable, moment, sent_together
from dure.base.rows import Row
from dure.kernel.must import Broken

COLUMNS = (
    *("dedupe_key", "person_id", "kind", "facts", "state", "attempts", "priority", "send_after"),
    *("channel", "cost_milli", "delivered_at", "ended_at"),
)
NOTICES = ReadyTable(OutboxMessage, COLUMNS)
MOULD = NoticeMould(kind="sign_up", facts={})
AT = moment(datetime(2026, 5, 1, tzinfo=UTC))


def _notices(*keys: str) -> list[Row]:
    return [MOULD.row(person_id=1, dedupe_key=key, at=AT) for key in keys]


def _stored() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("dedupe_key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_what_is_sent_together_all_stands_or_nothing() -> None:
    with transaction.atomic(), sent_together():
        NOTICES.insert(_notices("first", "second"))
        NOTICES.insert(_notices("third"))

    with pytest.raises(IntegrityError), transaction.atomic(), sent_together():
        NOTICES.insert(_notices("fourth"))
        NOTICES.insert(_notices("second"))
        NOTICES.insert(_notices("fifth"))

    assert _stored() == ["first", "second", "third"]


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_together_is_read_back_in_between() -> None:
    with transaction.atomic(), sent_together():
        NOTICES.insert(_notices("first"))

        assert _stored() == ["first"]


@pytest.mark.django_db(transaction=True)
def test_a_clash_within_a_transaction_of_somebody_else_leaves_theirs_standing() -> None:
    with transaction.atomic():
        NOTICES.insert(_notices("first"))
        with pytest.raises(IntegrityError), transaction.atomic(), sent_together():
            NOTICES.insert(_notices("first"))
        NOTICES.insert(_notices("second"))

    assert _stored() == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_together_outside_a_transaction() -> None:
    with pytest.raises(Broken), sent_together():
        pass


@pytest.mark.django_db(transaction=True)
def test_whatever_a_text_holds_is_read_back_as_it_was() -> None:
    texts = [
        'a "quoted" one',
        "back\\slash",
        "{brace, comma}",
        "",
        "NULL",
        "None",
        "김민지\u200f",
        "line\nbreak",
        '\\"',
    ]
    rows: list[Row] = [
        (text, 1, text, "{}", "queued", number, 5, AT, "", 0, None if number % 2 else AT, None)
        for number, text in enumerate(texts)
    ]

    with transaction.atomic():
        NOTICES.insert(rows)

    found = OutboxMessage.objects.order_by("attempts").values_list("dedupe_key", "kind")
    assert list(found) == [(text, text) for text in texts]
    assert OutboxMessage.objects.filter(delivered_at__isnull=True).count() == len(texts) // 2

"""People in columns: values that repeat, the ways into the tables, and hashes and seals of many at once."""

from __future__ import annotations

import hmac
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from dure.base.coded import Coded, coded, same
from dure.base.ready_rows import next_ids
from dure.base.rows import Column, copy_columns, laid
from dure.movement.people import actions, contacts, storing
from dure.movement.people.contacts import OF_PERSON
from dure.movement.people.models import Consent, Group, Person
from dure.movement.people.models import Reserve as Register
from tests.movement.people.cast import NOW, Enrol, New

pytestmark = pytest.mark.django_db

NASTY = ["", "tab\tand\nline\rend", "back\\slash \\N \\.", "quote\"'", "지호 🌻", "null"]


def test_a_column_is_the_same_coded_and_plain() -> None:
    column = ["b", "a", "b", "c", "a"]

    assert coded(column).each() == column
    assert list(coded(column).values) == ["b", "a", "c"]
    assert coded(column).mapped(str.upper).each() == ["B", "A", "B", "C", "A"]
    assert coded(column).of([4, 0]).each() == ["a", "b"]
    assert (same(None, 3).each(), len(same(None, 3))) == ([None] * 3, 3)


@pytest.mark.parametrize("is_laid", [False, True])
def test_every_text_comes_back_as_it_was_whichever_way_the_database_takes_it(*, is_laid: bool) -> None:
    count = len(NASTY)
    keys = [UUID(int=number) for number in range(count)]
    with transaction.atomic():
        ids = next_ids(Group, count)
        codes = [f"code-{number}" for number in range(count)]
        columns: dict[str, Column] = {"code": codes, "name": Coded(NASTY, range(count))}
        copy_columns(Group, {"id": ids, "key": keys}, laid(columns) if is_laid else columns)

    assert list(Group.objects.order_by("pk").values_list("pk", "key", "name")) == list(
        zip(ids, keys, NASTY, strict=True)
    )
    # The sequence goes on behind them.
    assert Group.objects.create(key=UUID(int=99), code="next").pk > max(ids)


def test_more_rows_than_one_statement_takes_are_all_written() -> None:
    count = 12_345
    with transaction.atomic():
        columns = {
            "id": next_ids(Group, count),
            "key": [UUID(int=number) for number in range(count)],
            "code": [f"{number}" for number in range(count)],
            "name": same("", count),
        }
        copy_columns(Group, columns)

    assert Group.objects.count() == count
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_columns(Group, columns)


def test_moments_days_and_nothing_are_stored_as_the_fields_store_them(enrol: Enrol) -> None:
    ids = [enrol(name) for name in ("minji", "chul")]
    seoul = timezone(timedelta(hours=9))
    joined = [datetime(2026, 9, 1, 8, 30, 0, 25, tzinfo=seoul), datetime(2026, 9, 1, tzinfo=UTC)]
    copy_columns(
        Register,
        {
            "person_id": ids,
            "profession": same("nurse", 2),
            "joined_at": joined,
            "consent_until": [date(2027, 1, 1), date(2027, 2, 1)],
        },
    )
    Consent.objects.all().delete()
    copy_columns(
        Consent,
        {
            "person_id": ids,
            "purpose": same("messages", 2),
            "wording": same("1", 2),
            "given_at": joined,
            "withdrawn_at": [None, joined[0]],
        },
    )

    rows = Register.objects.order_by("pk").values_list("joined_at", "consent_until")
    assert list(rows) == [(joined[0], date(2027, 1, 1)), (joined[1], date(2027, 2, 1))]
    withdrawn = Consent.objects.order_by("person_id")
    assert list(withdrawn.values_list("withdrawn_at", flat=True)) == [None, joined[0]]
    # Compared in the database, not only read back: SQLite compares moments as text.
    assert Register.objects.filter(joined_at__lt=joined[1]).count() == 1
    assert Person.objects.count() == 2


def test_many_are_sealed_and_found_as_one_is() -> None:
    keys = [UUID(int=number) for number in range(3)]
    addresses = ["minji@people.example", "지호@people.example", "x" * 200 + "@people.example"]

    sealed = contacts.seal_many(addresses, purpose=OF_PERSON, keys=[key.hex for key in keys])

    for address, cipher, key in zip(addresses, sealed, keys, strict=True):
        assert contacts.unseal(cipher, purpose=OF_PERSON, person_key=key) == address
    assert len({cipher[:13] for cipher in sealed}) == 3  # a nonce each
    assert contacts.contact_hashes(addresses) == [contacts.contact_hash(address) for address in addresses]


@pytest.mark.parametrize("length", [0, 1, 32, 63, 64])
def test_the_prepared_mac_is_hmac(length: int) -> None:
    key = bytes(range(length))

    for message in (b"", b"email:minji@people.example", bytes(1000)):
        assert contacts._Mac(key).digest(message) == hmac.digest(key, message, "sha256")


def test_who_registers_at_the_same_moment_is_kept_and_the_rest_is_stored(
    new: New, enrol: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody came between looking and writing: the whole chunk clashes, and only they are left out of it."""
    chul = enrol("chul")
    known = storing.known_people
    asked: list[int] = []

    def late(keys: list[str]) -> storing.Known:
        asked.append(len(keys))
        return {} if len(asked) == 1 else known(keys)

    monkeypatch.setattr("dure.movement.people.registering.known_people", late)
    done = actions.register_many(rows=[new("minji"), new("chul"), new("dana")], now=NOW)

    assert done.ids[1] == chul
    assert len(set(done.ids)) == 3
    assert (Person.objects.count(), done.refused) == (3, ())

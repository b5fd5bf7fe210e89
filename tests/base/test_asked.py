"""A question in SQL once: the same rows as Django's own, whatever it is asked with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from dure.base.asked import NAMED_MAX, Asked
from dure.base.models import Account, ChannelDay, CommandSeen, RoleGrant
from dure.kernel.must import Broken

pytestmark = pytest.mark.django_db
SPRING = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)

GRANTED = Asked(
    lambda email, until, role: (
        RoleGrant.objects.filter(account__email=email, until__gt=until, role=role, ended_at=None)
        .order_by("pk")
        .annotate(has_account=Exists(Account.objects.filter(pk=OuterRef("account_id"), is_active=True)))
        .values_list("role", "until", "account__name", "has_account")
    ),
    str,
    datetime,
    str,
)
NAMES = Asked(
    lambda active_since, ids: (
        Account.objects.filter(pk__in=ids, created_at__gte=active_since)
        .order_by("pk")
        .values_list("pk", "name")
    ),
    datetime,
    tuple,
)


def account(name: str) -> Account:
    return Account.objects.create(email=f"{name}@example.org", name=name, created_at=SPRING)


def test_it_answers_each_time_for_the_values_it_is_asked_with_as_the_field_has_them() -> None:
    for name in ("minji", "hannah"):
        RoleGrant.objects.create(
            account=account(name), role="captain", team_id=1, until=SPRING + timedelta(days=9)
        )
    email = "minji@example.org"

    assert GRANTED(email, SPRING, "captain") == [("captain", SPRING + timedelta(days=9), "minji", True)]
    assert GRANTED("hannah@example.org", SPRING, "captain")[0][2] == "hannah"
    assert GRANTED(email, SPRING + timedelta(days=9), "captain") == []
    assert GRANTED(email, SPRING, "auditor") == []


def test_named_ones_are_asked_for_at_once_however_many_and_none_asks_nothing() -> None:
    ids = [account(f"n{number}").pk for number in range(NAMED_MAX + 3)]

    with CaptureQueriesContext(connection) as asked:
        assert [pk for pk, _ in NAMES(SPRING, (*ids, ids[0]))] == ids
        assert NAMES(SPRING, (ids[4], ids[2])) == [(ids[2], "n2"), (ids[4], "n4")]
        assert NAMES(SPRING, ()) == []
        assert NAMES(SPRING + timedelta(seconds=1), ids[:2]) == []

    assert len(asked) == 3


def test_days_and_keys_are_told_as_the_database_wants_them() -> None:
    day, key = date(2026, 4, 1), UUID(int=7)
    ChannelDay.objects.create(channel="sms", day=day, minute_at=SPRING)
    CommandSeen.objects.create(id=key, action="ask", fingerprint="", result={}, at=SPRING)
    on_day = Asked(lambda day: ChannelDay.objects.filter(day=day).values_list("day"), date)
    by_key = Asked(lambda key: CommandSeen.objects.filter(pk=key).values_list("id"), UUID)

    assert on_day(day) == [(day,)]
    assert on_day(day + timedelta(days=1)) == []
    assert by_key(key) == [(key,)]
    assert by_key(UUID(int=8)) == []


def test_an_argument_that_does_not_stand_in_the_question_is_a_fault() -> None:
    forgotten = Asked(lambda name, email: Account.objects.filter(name=name).values_list("pk"), str, str)

    with pytest.raises(Broken, match="each argument"):
        forgotten("minji", "minji@example.org")

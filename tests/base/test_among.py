"""Thousands of ids are one value of a query, whichever database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base.among import among
from dure.base.models import Account

pytestmark = pytest.mark.django_db


def test_those_and_no_others_are_found_with_one_value() -> None:
    ids = [Account.objects.create(email=f"{k}@people.example").pk for k in range(5)]
    asked = [ids[1], ids[3], 2**40, -1]

    with CaptureQueriesContext(connection) as asking:
        found = set(Account.objects.filter(pk__in=among(asked)).values_list("pk", flat=True))
        none = list(Account.objects.filter(pk__in=among([])))

    assert (found, none, len(asking)) == ({ids[1], ids[3]}, [], 2)
    # However many they are, Django resolves and quotes one value.
    assert len(Account.objects.filter(pk__in=among(range(9_000))).query.sql_with_params()[1]) == 1


def test_rows_are_changed_and_deleted_by_them() -> None:
    ids = [Account.objects.create(email=f"{k}@people.example").pk for k in range(4)]

    Account.objects.filter(pk__in=among(ids[:2])).update(name="Minji")
    Account.objects.filter(pk__in=among(ids[2:])).delete()

    assert list(Account.objects.order_by("pk").values_list("pk", "name")) == [
        (ids[0], "Minji"),
        (ids[1], "Minji"),
    ]

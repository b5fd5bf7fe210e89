"""Every address, every visitor, GET and POST: what they get is written in one table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.cast import Cast
from tests.web.statuses import Row
from tests.web.table import admin_row, rows
from tests.web.visitors import VISITORS, visitor


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every URL pattern of the site, as Django resolves it."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield prefix + str(one.pattern)
        else:
            yield from patterns(one, prefix + str(one.pattern))


def table(cast: Cast) -> dict[str, Row]:
    written = rows(cast)
    return written | {one: admin_row(one) for one in patterns() if one.startswith("admin/")}


def send(client: Client, row: Row) -> int:
    if row.json:
        body = json.dumps(dict(row.data))
        return client.post(row.address, body, content_type="application/json").status_code
    return client.post(row.address, dict(row.data)).status_code


def ask(client: Client, cookies: SimpleCookie, method: str, row: Row) -> int:
    """The status of one request, undone afterwards: no row sees what another did."""
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    cache.clear()  # allauth's throttles
    with transaction.atomic():
        status = client.get(row.address).status_code if method == "GET" else send(client, row)
        transaction.set_rollback(True)
    return status


def test_every_address_has_a_row_and_every_row_an_address(cast: Cast) -> None:
    assert set(table(cast)) == set(patterns())


@pytest.mark.parametrize("name", VISITORS)
def test_each_visitor_gets_at_every_address_what_the_table_says(cast: Cast, name: str) -> None:
    client = visitor(name, cast)
    cookies = client.cookies
    wrong = [
        f"{method} {row.address}: {status}, not {expected[name]}"
        for row in table(cast).values()
        for method, expected in (("GET", row.get), ("POST", row.post))
        if (status := ask(client, cookies, method, row)) != expected[name]
    ]

    assert not wrong, "\n".join(wrong)


def test_what_is_not_the_askers_looks_like_what_does_not_exist(captain: Client, cast: Cast) -> None:
    strangers = captain.get(f"/captain/{cast.teams['South']}/")
    nobodys = captain.get("/captain/999999/")

    assert (strangers.status_code, strangers.text) == (nobodys.status_code, nobodys.text)

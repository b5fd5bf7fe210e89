"""While more sign up than can be stored, every other door keeps answering: there are threads left for them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from dure.api import hot_entries, hot_signups
from dure.api.hot_entries import HotEntries
from dure.api.hot_signups import HotSignUps
from dure.base import accounts, throttle
from dure.base.access import SYSTEM
from dure.cli.serve import THREADS
from dure.movement.calls import actions as calls
from dure.movement.calls.models import SignUp
from dure.movement.ledger import reads as ledger
from dure.movement.people import reads as people
from dure.operations.intake import IN_HAND_MAX, Intake
from tests.movement.ledger.village import DAY, LATER, NOW, Village, build
from tests.race.sign_up_stage import sign_up

SURGE = 3 * THREADS


class Site:
    """The doors as the server stacks them, asked by as many threads as it has."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.intake = Intake()
        self.entries = HotEntries(WSGIHandler())
        self.app = HotSignUps(self.entries, self.intake)
        account = accounts.open_account(email="captain@example.org", name="Captain")
        accounts.grant(account_id=account, role="captain", team_id=village.teams["North"])
        self.token = accounts.make_token(
            account_id=account, name="phone", expires_at=LATER + timedelta(days=1)
        )

    def ask(self, method: str, path: str, body: bytes = b"", **more: str) -> tuple[int, dict[str, str]]:
        """Status and headers of one request, from a place of its own."""
        heard: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            heard.update(status=int(status[:3]), headers=dict(headers))

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            **more,
        }
        try:
            answer = self.app(environ, start_response)
            list(answer)
            if close := getattr(answer, "close", None):
                close()
            return heard["status"], heard["headers"]
        finally:
            connection.close()

    def sign_up(self) -> tuple[int, dict[str, str]]:
        return self.ask("POST", hot_signups.PATH, json.dumps(sign_up(town="suwon")).encode())

    def record(self) -> int:
        entry = {
            "client_id": str(uuid4()),
            "campaign": "harvest",
            "indicator": "rice",
            "team_id": self.village.teams["North"],
            "work_day": DAY.isoformat(),
            "quantity_milli": 5000,
        }
        asked = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
        return self.ask("POST", hot_entries.PATH, json.dumps(entry).encode(), **asked)[0]


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with time_machine.travel(LATER, tick=False):
        throttle.forget()
        village = build()
        calls.open_appeal(
            actor=SYSTEM,
            campaign_id=village.campaign_id,
            code="help",
            title="Lend a hand",
            text="Come.",
            now=NOW,
        )
        found = Site(village)
        yield found
        found.intake.close()
        found.entries.close()


def test_other_doors_answer_while_sign_ups_exceed_what_can_be_stored(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/me/{people.private_link_token(site.village.people['Minji'])}/"
    go_on, store = Event(), site.intake._writer._write

    def stuck(batch: list[Any]) -> Any:
        go_on.wait(60)
        return store(batch)

    monkeypatch.setattr(site.intake._writer, "_write", stuck)
    with ThreadPoolExecutor(THREADS) as server:
        surge = [server.submit(site.sign_up) for _ in range(SURGE)]
        others = [server.submit(site.record) for _ in range(10)]
        pages = [server.submit(site.ask, "GET", page) for _ in range(10)]
        # Answered, every one, though not a single sign-up has been stored yet.
        recorded = {one.result(timeout=60) for one in others}
        shown = {one.result(timeout=60)[0] for one in pages}
        stored_meanwhile = SignUp.objects.count()
        too_many = [one.result() for one in surge if one.done()]
        go_on.set()
        answers = [one.result()[0] for one in surge]

    assert (recorded, shown, stored_meanwhile) == ({201}, {302}, 0)
    assert ledger.size() == 10
    assert {status for status, _ in too_many} == {503}
    assert all(int(headers["Retry-After"]) > 0 for _, headers in too_many)
    # Those who were let in were all stored, the others all told to come again.
    assert set(answers) == {201, 503}
    assert answers.count(201) == SignUp.objects.count() == IN_HAND_MAX

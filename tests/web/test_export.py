"""What is held on a person can be taken away, all of it, by nobody else (P9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dure.base import outbox
from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.kernel.refusals import NotFound
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import AnswerKind
from dure.movement.campaigns import actions as campaigns
from dure.movement.honours import reads as honours
from tests.operations.every_table import mentions
from tests.web.cast import NOW, TODAY, Cast
from tests.web.visitors import visitor

# Where the rows of each table stand in the export. A new table that knows people belongs here and there.
SECTIONS = {
    "Consent": ("person", "consents"),
    "Credential": ("person", "credentials"),
    "FreeSpan": ("person", "free"),
    "LinkOpening": ("person", "link_opened"),
    "SignUp": ("sign_ups",),
    "Answer": ("answers",),
    "Offer": ("offers",),
    "Placement": ("placements",),
    "HomeCall": ("ways_home",),
    # A key stands for all the entries that it ties to the person: hers are told, the key opens nothing else.
    "PersonKey": ("entries",),
    "Thanks": ("thanks",),
    "Nomination": ("nominations",),
    "OutboxMessage": ("notices",),
}
ONE_EACH = {"Person": "given_name", "Contact": "contacts", "Guardian": "guardian"}


def _answer(cast: Cast, kind: AnswerKind, reason: str) -> None:
    for name in ("Minji", "Eunho"):
        calls.answer(
            person_id=cast.people[name], campaign_id=cast.campaign_id, kind=kind, reason=reason,
            by_date=TODAY + timedelta(days=2), now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("name", ["Minji", "Bora", "Eunho"])
def test_every_row_that_mentions_a_person_is_in_their_export(cast: Cast, name: str) -> None:
    _answer(cast, "reserve", "More people than seats.")
    _answer(cast, "not_needed", "Every seat is taken.")
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")
    person_id = cast.people[name]
    client = Client()
    client.get(cast.link(name))

    data = client.get("/my/data/export.json").json()

    held = mentions(person_id)
    assert held.keys() <= SECTIONS.keys() | ONE_EACH.keys()
    for table, rows in held.items():
        if table in ONE_EACH:
            assert data["person"][ONE_EACH[table]], table
            continue
        found = data
        for step in SECTIONS[table]:
            found = found[step]
        assert len(found) == len(rows), table


def test_the_export_tells_superseded_answers_and_open_nominations_in_words(minji: Client, cast: Cast) -> None:
    _answer(cast, "reserve", "More people than seats.")
    _answer(cast, "not_needed", "Every seat is taken.")

    data = minji.get("/my/data/export.json").json()

    assert [(one["kind"], one["stands"]) for one in data["answers"]] == [
        ("reserve", False),
        ("not_needed", True),
    ]
    assert data["nominations"][0]["reason"] == "Cooked."
    assert data["nominations"][0]["answer"] == "open"
    assert "thanks" in {one["kind"] for one in data["notices"]}


def test_the_export_is_for_nobody_else(cast: Cast) -> None:
    organiser = Actor(account_id=cast.accounts["organiser"], grants=(Grant("organiser", "/"),))
    minji = cast.people["Minji"]
    for actor in (ANONYMOUS, organiser, Actor(person_id=cast.people["Bora"]), Actor(guardian_of=minji)):
        for ask in (calls_reads.export, honours.export):
            with pytest.raises(NotFound):
                ask(actor, minji)
        with pytest.raises(NotFound):
            outbox.notices_to(actor=actor, person_id=minji)
    assert visitor("organiser", cast).get("/my/data/export.json").status_code == 404

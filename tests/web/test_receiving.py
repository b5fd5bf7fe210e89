"""Who asked says what came; auditors see where that differs, and everything else their rooms keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dure.base.access import Actor, Grant, actor_of
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.audit import again
from dure.movement.audit import reads as audit
from dure.movement.gifts import actions as gifts
from dure.movement.gifts import receiving
from dure.movement.gifts.errors import ReceiptGiven
from dure.movement.gifts.models import GiftMove, GiftOffer, GiftRequest
from dure.movement.gifts.reads import verify
from dure.movement.gifts.types import MoveFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.types import Grade, Kind
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor


def handed_on(cast: Cast, milli: int = 3_000, *, keeper: str = "organiser") -> MoveFacts:
    """Tools for the children's home: asked for, given, received and handed on by two keepers."""
    keepers: dict[str, Any] = {
        "keeper": cast.accounts[keeper],
        "second_keeper": cast.accounts["auditor"],
    }
    facts: dict[str, Any] = {
        "campaign_id": cast.campaign_id,
        "area_id": cast.areas["Suwon"],
        "indicator_id": cast.indicators["tools"],
        "item": "spades",
        "now": NOW,
    }
    asked = gifts.request(
        actor=actor_of(account_id=cast.accounts["recipient"]),
        client_id=made("asked"),
        quantity_milli=milli,
        **facts,
    )
    offered = gifts.offer(client_id=made("offered"), quantity_milli=5_000, **facts)
    of: dict[str, Any] = {"offer_id": offered.id, "team_id": cast.teams["North"], "now": NOW, **keepers}
    gifts.receive(client_id=made("received"), quantity_milli=5_000, **of)
    return gifts.issue(client_id=made("issued"), quantity_milli=milli, request_id=asked.id, **of)


@pytest.fixture
def recipient(cast: Cast) -> Client:
    return visitor("recipient", cast)


def test_who_asked_says_what_came_and_the_log_has_a_second_source(recipient: Client, cast: Cast) -> None:
    move = handed_on(cast)
    page = recipient.get("/recipient/")
    assert "Did this come?" in page.text
    address = f"/recipient/moves/{move.id}/"
    form = {
        "client_id": made("came"),
        "found_milli": "2",
        "said": "One is broken.",
        "thanks": "Thank you all.",
    }

    assert recipient.post(address, form | {"found_milli": "-1"}).status_code == 422
    assert recipient.post(address, form | {"thanks_shown": "on"}).status_code == 302
    size = ledger_reads.size()
    recipient.post(address, form | {"thanks_shown": "on"})  # pressed twice
    assert ledger_reads.size() == size

    booked = ledger_reads.entry(Actor(is_system=True), cast.campaign_id, size - 1)
    assert (booked.kind, booked.grade, booked.points_at) == (
        Kind.CONFIRMATION,
        Grade.SECOND_SOURCE,
        move.entry_index,
    )
    after = recipient.get("/recipient/").text
    assert "Did this come?" not in after
    assert "One is broken." in after
    assert receiving.thanks_shown(cast.campaign_id) == ["Thank you all."]


def test_only_who_asked_says_it_and_once(cast: Cast) -> None:
    move = handed_on(cast)
    home = actor_of(account_id=cast.accounts["recipient"])
    other = Actor(account_id=cast.accounts["organiser"], grants=(Grant("recipient", "/KR/"),))
    said: dict[str, Any] = {"move_id": move.id, "found_milli": 3_000, "now": NOW}

    with pytest.raises(NotFound):
        receiving.confirm(actor=other, client_id=made("other"), **said)
    with pytest.raises(BadInput):
        receiving.confirm(actor=home, client_id=made("much"), **said | {"said": "x" * 501})
    receiving.confirm(actor=home, client_id=made("home"), **said)
    with pytest.raises(ReceiptGiven):
        receiving.confirm(actor=home, client_id=made("again"), **said)
    assert receiving.coming(other) == []
    # It agrees, so nobody has to look.
    auditor = actor_of(account_id=cast.accounts["auditor"])
    assert receiving.differing(auditor, cast.campaign_id) == []


def test_who_kept_the_book_is_no_second_source_of_it(cast: Cast, recipient: Client) -> None:
    move = handed_on(cast, keeper="recipient")
    assert "Did this come?" not in recipient.get("/recipient/").text
    assert recipient.get(f"/recipient/moves/{move.id}/").status_code == 404
    with pytest.raises(NotFound):
        receiving.confirm(
            actor=actor_of(account_id=cast.accounts["recipient"]),
            client_id=made("own"),
            move_id=move.id,
            found_milli=3_000,
            now=NOW,
        )


def test_days_of_gifts_are_those_of_the_campaign(cast: Cast, recipient: Client) -> None:
    # 23:30 in UTC is the next day's morning in Seoul.
    late = NOW.replace(hour=23, minute=30)
    handed_on(cast)
    GiftMove.objects.update(at=late)
    GiftRequest.objects.update(asked_at=late)

    page = recipient.get("/recipient/").text
    assert f"{late + timedelta(days=1):%-d %b}" in page
    assert f"{late:%-d %b}" not in page


def test_auditors_see_what_is_told_in_two_ways_and_never_who_asked(cast: Cast) -> None:
    move = handed_on(cast)
    home = actor_of(account_id=cast.accounts["recipient"])
    auditor = visitor("auditor", cast)
    assert "Books and receipts agree" in auditor.get("/auditor/harvest/books/").text

    receiving.confirm(
        actor=home, client_id=made("less"), move_id=move.id, found_milli=2_000, said="One short.", now=NOW
    )

    page = auditor.get("/auditor/harvest/books/").text
    assert "One gift is told in two ways" in page
    assert "One short." in page
    assert "recipient" not in page.partition("<main")[2]
    elsewhere = Actor(account_id=1, grants=(Grant("auditor", "/KR/03/"),))
    assert receiving.differing(elsewhere, cast.campaign_id) == []


def test_books_that_do_not_fit_the_log_are_told_to_the_auditors_of_that_campaign_alone(cast: Cast) -> None:
    move = handed_on(cast)
    GiftOffer.objects.filter(pk=move.offer_id).update(received_milli=4_000)

    page = visitor("auditor", cast).get("/auditor/harvest/books/").text
    assert "<h1>Books and log don’t agree</h1>" in page
    assert f"offer {move.offer_id}" in page
    assert verify(cast.campaign_id) == verify() != []
    assert verify(cast.campaign_id + 1) == []


def test_a_lot_is_drawn_again_from_what_is_public(cast: Cast) -> None:
    public = audit.lot_public(cast.lot_id)
    page = visitor("auditor", cast).get(f"/auditor/harvest/lots/{cast.lot_id}/").text
    assert "the same lot" in page

    drawn = again.draw_again(public)
    assert drawn is not None
    assert drawn.holds
    other_seed = replace(public, lot=replace(public.lot, seed=bytes(32)))
    forged = again.draw_again(other_seed)
    assert forged is not None
    assert not forged.seed_fits
    fewer = again.draw_again(replace(public, draws=public.draws[1:]))
    assert fewer is not None
    assert not fewer.same_entries
    sent_elsewhere = tuple(replace(one, checker_team_id=one.team_id) for one in public.draws)
    sent = again.draw_again(replace(public, draws=sent_elsewhere))
    assert sent is not None
    assert (sent.same_entries, sent.same_checkers) == (True, False)
    nobody_to_draw = again.draw_again(replace(public, checkers=()))
    assert nobody_to_draw is not None
    assert (nobody_to_draw.same_entries, nobody_to_draw.same_checkers) == (True, False)


def test_corrections_stand_with_their_reasons_for_who_audits_the_place(cast: Cast) -> None:
    auditor = visitor("auditor", cast)
    assert "Nothing was corrected" in auditor.get("/auditor/harvest/corrections/").text

    ledger.correct(index=0, difference_milli=-1_000, client_id=made("less"), now=NOW, note="Two fell off.")

    assert "Two fell off." in auditor.get("/auditor/harvest/corrections/").text
    elsewhere = Actor(account_id=1, grants=(Grant("auditor", "/KE/"),))
    assert ledger_reads.corrections(elsewhere, cast.campaign_id, count_max=10) == []


def test_empty_rooms_say_what_will_be_there(cast: Cast, recipient: Client) -> None:
    auditor = visitor("auditor", cast)

    assert "None yet. A captain may take a photograph" in auditor.get("/auditor/harvest/photos/").text
    assert "What you ask for stands here" in recipient.get("/recipient/").text

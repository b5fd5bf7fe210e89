"""Whose team is asked for a friendly challenge hears of it once, and nothing follows from a no."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.movement.campaigns import actions as campaigns
from dure.movement.standings import challenges
from dure.operations import challenging
from tests.movement.standings.test_challenges import captain, signed, terms
from tests.movement.standings.valley import NOW, Valley, build


@pytest.fixture
def valley(db: None) -> Valley:
    valley = build()
    for name in ("Heron", "Crane"):
        valley.team(name, "Iksan")
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    return valley


def asked(valley: Valley, words: str = "") -> challenges.ChallengeFacts:
    heron = captain(valley, "Heron")
    return challenges.propose(actor=heron, new=replace(terms(valley), words=words), now=NOW)


def told() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=challenges.ASKED))


def test_the_other_teams_captains_are_written_to_once_a_week_whatever_is_taken_back(valley: Valley) -> None:
    crane, heron = captain(valley, "Crane"), captain(valley, "Heron")
    # Captain of both: knows it already.
    captain(valley, "Crane", "Heron")
    for _ in range(3):
        one = asked(valley, "Buy at my shop: example.org")
        challenges.end(actor=heron, challenge_id=one.id, team_id=valley.teams["Heron"], now=NOW)
    assert [row.facts["account_id"] for row in told()] == [crane.account_id]

    one = asked(valley, "Buy at my shop: example.org")
    letter = challenging.letter_for({"account_id": crane.account_id, "challenge": one.id})
    assert letter is not None
    assert letter.address == "crane@example.org"
    assert letter.link.endswith(f"/captain/{valley.teams['Crane']}/challenges/")
    assert "shop" not in letter.body, "what the other team wrote stays on the page"
    in_a_week = NOW + timedelta(days=7)
    again = replace(terms(valley), first_day=in_a_week.date(), last_day=in_a_week.date() + timedelta(days=3))
    challenges.propose(actor=heron, new=again, now=in_a_week)
    assert len(told()) == 2


def test_no_letter_goes_out_about_what_was_set_aside_signed_or_taken_back(valley: Valley) -> None:
    crane = captain(valley, "Crane")
    one = asked(valley)
    about = {"account_id": crane.account_id, "challenge": one.id}
    challenges.set_aside(actor=crane, challenge_id=one.id, team_id=valley.teams["Crane"])
    assert challenging.letter_for(about) is None
    signed(valley, one)
    assert challenging.letter_for(about) is None
    assert challenging.letter_for({**about, "challenge": one.id + 99}) is None
    two = asked(valley)
    accounts.close_account(account_id=crane.account_id or 0)
    assert challenging.letter_for({**about, "challenge": two.id}) is None

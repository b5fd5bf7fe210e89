"""Pages about plans, standings and supervision ask the database as often for many teams as for few."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.movement.campaigns.models import Break, Plea, Target
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.people import actions as people
from dure.movement.people.types import NewTeam
from dure.movement.standings.models import Challenge
from dure.movement.supervision.models import FollowUp, Signal, Supervision
from tests.web.cast import NOW, TODAY, YESTERDAY, Cast, made
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db
PUBLIC = (
    "/c/harvest/",
    "/c/harvest/plan/",
    "/c/harvest/standings/",
    "/c/harvest/standings/rules/",
    "/c/harvest/standings/{rice}/",
    "/c/harvest/standings/{rice}/?q=o",
    "/c/harvest/teams/{north}/",
    "/c/harvest/challenges/",
    "/c/harvest/figures.json",
    "/c/harvest/places/KR/",
    "/c/harvest/places/{suwon}/",
    "/c/harvest/series/",
    "/c/harvest/export/places/csv/",
    "/c/harvest/export/teams/xlsx/",
)
CAPTAIN = (
    "/captain/{north}/targets/",
    "/captain/{north}/standing/",
    "/captain/{north}/challenges/",
    "/captain/{north}/signals/",
)
DESK = (
    "/desk/harvest/plan/",
    "/desk/harvest/plan/{target}/",
    "/desk/harvest/ahead/",
    "/desk/harvest/succession/",
    "/desk/harvest/supervision/",
    "/desk/harvest/supervision/teams/",
    "/desk/harvest/supervision/{signal}/",
)


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.streaming:
            b"".join(answer)
    return len(asked)


def _grow(cast: Cast, number: int) -> None:
    """Four more teams, each with work, a target, a plea, a challenge to North and a signal; a day of rest."""
    more = people.form_teams(
        rows=[
            NewTeam(made("more", number, n), f"More {number} {n}", cast.areas["Suwon"], "harvest")
            for n in range(4)
        ]
    )
    rice, target = cast.indicators["rice"], Target.objects.get(pk=cast.target_id)
    Break.objects.create(
        campaign_id=cast.campaign_id,
        kind="rest",
        first_day=TODAY + timedelta(days=5 + number),
        last_day=TODAY + timedelta(days=5 + number),
        reason="Feast",
        stated_at=NOW,
    )
    for team in more:
        ledger.record(
            entries=[
                NewEntry(
                    client_id=made("more", team.id),
                    kind=Kind.OUTPUT,
                    campaign_id=cast.campaign_id,
                    indicator_id=rice,
                    team_id=team.id,
                    area_id=team.area_id,
                    work_day=YESTERDAY,
                    quantity_milli=5_000,
                )
            ],
            now=NOW,
        )
        target.pk, target.team_id, target.plan_milli = None, team.id, 6_000
        target.save()
        Plea.objects.create(
            target_id=target.pk,
            plan_milli=6_000,
            wanted_milli=5_000,
            why="Two of us are ill.",
            asked_by_id=cast.accounts["captain"],
            asked_at=NOW,
            answer_by=TODAY + timedelta(days=9),
        )
        Challenge.objects.create(
            client_id=made("challenge of", team.id),
            digest="0" * 64,
            campaign_id=cast.campaign_id,
            indicator_id=rice,
            first_team_id=cast.teams["North"],
            second_team_id=team.id,
            compares="level",
            first_day=YESTERDAY,
            last_day=YESTERDAY + timedelta(days=7 + number),
            proposed_by_id=cast.accounts["captain"],
            proposed_at=NOW,
            answer_by=TODAY,
            signed_by_id=cast.accounts["other captain"],
            signed_at=NOW,
        )
        _signal(cast, team.id, YESTERDAY)
    _signal(cast, cast.teams["North"], YESTERDAY - timedelta(days=number))


def _signal(cast: Cast, team_id: int, found_on: date) -> None:
    organiser = cast.accounts["organiser"]
    Supervision.objects.get_or_create(
        campaign_id=cast.campaign_id, team_id=team_id, defaults={"account_id": organiser, "since": found_on}
    )
    signal = Signal.objects.get(pk=cast.signal_id)
    signal.pk, signal.team_id, signal.found_on = None, team_id, found_on
    signal.kind, signal.about = "helped", f"helped:{found_on}"
    signal.save()
    FollowUp.objects.create(signal=signal, owner_id=organiser, due_on=TODAY, opened_at=NOW)


@pytest.mark.parametrize(
    ("who", "addresses"), [("anonymous", PUBLIC), ("captain", CAPTAIN), ("organiser", DESK)]
)
def test_twice_as_much_on_a_page_costs_no_more_queries(
    cast: Cast, who: str, addresses: tuple[str, ...]
) -> None:
    ids = {
        "rice": cast.indicators["rice"],
        "north": cast.teams["North"],
        "suwon": "suwon",
        "target": cast.target_id,
        "signal": cast.signal_id,
    }
    client = visitor(who, cast)
    found = []
    for number in range(3):
        _grow(cast, number)
        found.append({one: _queries(client, one.format(**ids)) for one in addresses})
    # The first look of a visitor opens the session.
    _, few, many = found
    assert many == few
    assert max(many.values()) <= 65

"""Pages about plans, standings and supervision ask the database as often for many teams as for few."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.movement.campaigns.models import Break, Plea, Target
from dure.movement.honours.models import Thanks
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.matching.models import Placement
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
    "/desk/harvest/",
    "/desk/harvest/now/",
    "/desk/harvest/posts/",
    "/desk/harvest/find/?q=o",
    "/desk/harvest/people-of-the-desk/",
    "/desk/harvest/approvals/",
    "/desk/harvest/plan/",
    "/desk/harvest/plan/{target}/",
    "/desk/harvest/ahead/",
    "/desk/harvest/succession/",
    "/desk/harvest/supervision/",
    "/desk/harvest/supervision/teams/",
    "/desk/harvest/supervision/{signal}/",
)
# With the most each may ask, in a process that keeps nothing for all.
VOLUNTEER = {
    "/my/": 9,
    "/my/now/": 11,
    "/my/wishes/": 4,
    "/my/record/": 17,
    "/my/news/": 3,
    "/my/data/": 6,
    "/my/about/": 4,
    "/my/hours/": 9,
    "/my/preparation/": 3,
    "/my/stay/": 7,
}


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


def _work(cast: Cast, number: int) -> None:
    """Two more days on which Bora worked, each with another team: placed, recorded and thanked."""
    for day in (YESTERDAY - timedelta(days=2 * number + n) for n in (1, 2)):
        team_id = list(cast.teams.values())[day.day % len(cast.teams)]
        placement = Placement.objects.get(pk=cast.placements["Minji"])
        post = placement.post
        post.pk, post.key, post.team_id, post.day = None, made("worked", day), team_id, day
        post.starts_at -= TODAY - day
        post.ends_at -= TODAY - day
        post.save()
        placement.pk, placement.request_id, placement.day = None, made("worked", day), day
        placement.post, placement.person_id, placement.state = post, cast.people["Bora"], "done"
        placement.save()
        Thanks.objects.create(
            campaign_id=cast.campaign_id,
            person_id=cast.people["Bora"],
            post=post,
            day=day,
            minutes=60,
            given_at=NOW,
        )
        hours = NewEntry(
            client_id=made("hours", day),
            kind=Kind.HOURS,
            campaign_id=cast.campaign_id,
            indicator_id=cast.indicators["hours"],
            team_id=team_id,
            area_id=post.area_id,
            work_day=day,
            quantity_milli=4_000,
            person_id=cast.people["Bora"],
        )
        ledger.record(entries=[hours], now=NOW)


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
    # The desk is one screen of the whole day; of its questions a third is what figures are held back.
    assert many.pop("/desk/harvest/", 0) <= 95
    assert max(many.values()) <= 65


def test_so_do_the_pages_of_somebody_who_worked_on_twice_as_many_days(cast: Cast) -> None:
    client = visitor("other volunteer", cast)
    found = []
    for number in range(3):
        _work(cast, number)
        found.append({address: _queries(client, address) for address in VOLUNTEER})
    _, few, many = found
    assert many == few
    assert {address: count for address, count in many.items() if count > VOLUNTEER[address]} == {}

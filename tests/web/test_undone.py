"""Opening a campaign and publishing what somebody asked for: undone while nobody knows of it, refused by name after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.base import undoing
from dure.base.access import SYSTEM
from dure.base.models import UndoableAct
from dure.movement.calls import appeals
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.gifts.models import GiftOffer
from dure.movement.ledger.models import Rollup
from dure.movement.matching.models import Run
from dure.movement.needs import reads as needs
from dure.movement.needs import requests
from dure.movement.needs.models import Post
from dure.movement.people import actions as people
from dure.movement.people.types import MESSAGES, NewTeam
from dure.movement.places import reads as place_reads
from dure.movement.vetting.models import Check, Session
from dure.operations import answers, inviting
from tests.web.cast import NOW, Cast, made
from tests.web.test_asking_for_needs import ADDRESS
from tests.web.test_asking_for_needs import filled as filled
from tests.web.test_first_run import CAMPAIGN
from tests.web.test_first_run import korea as korea
from tests.web.test_first_run import mina as mina
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db
SLUG = "bring-the-apples-in"
DESK = f"/desk/{SLUG}/"
ASIDE = ("regional organiser", "captain", "volunteer", "anonymous")


@pytest.fixture
def opened(mina: Client, korea: None) -> int:
    """A campaign that Mina opened with 48 people of her list in line; its id."""
    mina.post("/start/campaign/", CAMPAIGN)
    rows = mina.get(f"{DESK}import/sample/people.csv").content
    handed = mina.post(f"{DESK}import/", {"kind": "people", "table": SimpleUploadedFile("p.csv", rows)})[
        "Location"
    ]
    form = mina.get(handed).context["form"]
    mina.post(handed, {name: form[name].value() for name in form.fields if form[name].value()})
    mina.post(handed + "run/")
    mina.post(f"{DESK}first-steps/open/")
    return campaigns.campaign(SLUG).id


def the_act(kind: str) -> UUID:
    return UndoableAct.objects.get(kind=kind, undone_at=None).pk


def undo(client: Client, kind: str, slug: str = SLUG) -> int:
    return client.post(f"/desk/{slug}/undo/{the_act(kind)}/").status_code


def matched(campaign_id: int, day: date) -> None:
    counts = ("people_count", "posts_count", "pairs_count", "placed_count", "value", "bound", "cost_units")
    Run.objects.create(
        **dict.fromkeys((*counts, "travel_mean_m"), 0),
        **dict.fromkeys(("post_ids", "seats", "prices"), b""),
        campaign_id=campaign_id,
        day=day,
        seats_by_tier=[],
        filled_by_tier=[],
        solved_at=NOW,
        complete=True,
    )


def test_an_opening_is_undone_with_its_call_and_its_line_and_done_again(mina: Client, opened: int) -> None:
    assert "Undo the opening" in mina.get(f"{DESK}first-steps/").text
    assert calls.tally(opened).signed_up_count == 48

    assert undo(mina, "open") == 302

    state = campaigns.campaign_for(SYSTEM, SLUG).state
    assert (state, calls.appeals_of(opened), calls.tally(opened).signed_up_count) == ("draft", [], 0)
    assert Client().get(f"/c/{SLUG}/").status_code == 404
    assert "Undo the opening" not in mina.get(f"{DESK}first-steps/").text

    mina.post(f"{DESK}first-steps/open/")
    assert calls.tally(opened).signed_up_count == 48, "its lists are still there"


def test_nobody_of_the_lists_is_told_before_the_opening_stood_a_while(mina: Client, opened: int) -> None:
    at = datetime.now(UTC)
    assert answers.refresh_open(at) == 0
    assert answers.refresh_open(at + answers.FIRST_ANSWERS_AFTER + timedelta(minutes=1)) == 48


@pytest.mark.parametrize(
    ("touch", "words"),
    [
        ("call", "another call was opened"),
        ("answer", "people were told"),
        ("asked", "somebody asked for hands"),
        ("invited", "people were invited"),
        ("invited by CLI", "people were invited"),
        ("session", "a briefing or training was planned"),
        ("check", "people were asked for their part"),
        ("gift", "gifts were offered or asked for"),
        ("run", "a day was matched"),
        ("entry", "work is on record"),
    ],
)
def test_an_opening_stands_once_somebody_had_to_do_with_it(
    mina: Client, opened: int, touch: str, words: str, filled: dict[str, object]
) -> None:
    at = datetime.now(UTC)
    if touch == "call":
        appeals.open_appeal(
            actor=SYSTEM, campaign_id=opened, code="second", title="Come", text="Please come.", now=at
        )
    elif touch == "answer":
        answers.refresh_open(at + timedelta(hours=1))
    elif touch == "asked":
        town = place_reads.by_code("suwon").id
        day = (campaigns.campaign(SLUG).starts_on + timedelta(days=2)).isoformat()
        asked = Client().post(f"/c/{SLUG}/needs/ask/", filled | {"town": town, "days": [day]})
        assert asked.status_code == 302
    elif touch == "invited":
        act = UndoableAct.objects.get(kind="open")
        at = act.at + timedelta(minutes=1)
        undoing.note(
            kind=inviting.INVITE,
            account_id=act.account_id,
            campaign_id=opened,
            facts={},
            about="People invited.",
            now=at,
            until=at,
        )
    elif touch == "invited by CLI":
        at = UndoableAct.objects.get(kind="open").at + timedelta(minutes=1)
        campaign = campaigns.campaign_by_id(opened)
        (someone,) = calls.people_of(opened)[:1]
        people.give_consent(actor=SYSTEM, person_id=someone, purpose=MESSAGES, wording="1", now=at)
        wish = inviting.Wish(to="training:first-aid", area_path=campaign.area_path, count=5)
        inviting.invite(actor=SYSTEM, campaign=campaign, wish=wish, now=at, about="People invited.")
        # Without what an invitation to a training leaves in vetting: the act itself is found.
        Check.objects.all().delete()
    elif touch == "session":
        Session.objects.create(
            key=made("session"),
            campaign_id=opened,
            area_id=place_reads.by_code("suwon").id,
            step="briefing",
            starts_at=at + timedelta(days=3),
            place="Town hall",
            seats=10,
        )
    elif touch == "check":
        (someone,) = calls.people_of(opened)[:1]
        town = place_reads.by_code("suwon").id
        Check.objects.create(
            person_id=someone, campaign_id=opened, area_id=town, step="briefing", invited_at=at
        )
    elif touch == "gift":
        GiftOffer.objects.create(
            client_id=made("gift"),
            fingerprint="",
            campaign_id=opened,
            area_id=place_reads.by_code("suwon").id,
            indicator_id=campaigns.indicators(opened)[0].id,
            item="Apples",
            quantity_milli=1,
            offered_at=at,
        )
    elif touch == "run":
        matched(opened, campaigns.campaign(SLUG).starts_on)
    else:
        town = place_reads.by_code("suwon").id
        (team,) = people.form_teams(rows=[NewTeam(made("team"), "Pickers", town, "apples")])
        Rollup.objects.create(
            campaign_id=opened,
            indicator_id=campaigns.indicators(opened)[0].id,
            team_id=team.id,
            area_id=town,
            work_day=at.date(),
            n=1,
            quantity_milli=1,
        )

    answer = mina.post(f"{DESK}undo/{the_act('open')}/")

    assert answer.status_code == 409
    assert words in answer.text
    assert "Pause it or close it instead" in answer.text
    assert campaigns.campaign(SLUG).state == "open"


def test_who_did_not_open_it_undoes_nothing(mina: Client, opened: int, cast: Cast) -> None:
    for who in ASIDE:
        assert undo(visitor(who, cast), "open") in (302, 403, 404)
    assert campaigns.campaign(SLUG).state == "open"


@pytest.fixture
def published(client: Client, organiser: Client, filled: dict[str, object], cast: Cast) -> int:
    """What the organiser stood by; the id of the request."""
    client.post(ADDRESS, filled)
    (asked,) = requests.requests_to_decide(SYSTEM, cast.campaign_id)
    said = {"answer": "yes", "said": "I visit them.", "tier": 2, "team": 0}
    for _ in range(2):  # pressed twice it is one act
        organiser.post(f"/desk/harvest/needs/{asked.id}/", said)
    return asked.id


def theirs() -> list[Post]:
    return list(Post.objects.filter(title="Bring meals to rooms").order_by("day"))


def test_what_was_published_is_taken_back_and_waits_again(
    organiser: Client, published: int, cast: Cast
) -> None:
    assert len(theirs()) == 2
    assert "What you published" in organiser.get("/desk/harvest/needs/").text
    for who in ASIDE:
        assert undo(visitor(who, cast), "stand-by", "harvest") in (302, 403, 404)
    assert len(theirs()) == 2

    assert undo(organiser, "stand-by", "harvest") == 302

    assert theirs() == []
    assert [one.id for one in requests.requests_to_decide(SYSTEM, cast.campaign_id)] == [published]
    assert "What you published" not in organiser.get("/desk/harvest/needs/").text
    said = {"answer": "yes", "said": "I visit them.", "tier": 2, "team": 0}
    organiser.post(f"/desk/harvest/needs/{published}/", said)
    assert len(theirs()) == 2, "it can be stood by again"


@pytest.mark.parametrize("seen", ["seat", "matched", "invited"])
def test_what_people_saw_is_not_taken_back(organiser: Client, published: int, cast: Cast, seen: str) -> None:
    first, _second = theirs()
    if seen == "seat":
        Post.objects.filter(pk=first.pk).update(seats_taken=1)
    elif seen == "invited":
        act = UndoableAct.objects.get(kind="stand-by")
        undoing.note(
            kind=inviting.INVITE,
            account_id=act.account_id,
            campaign_id=cast.campaign_id,
            facts={"to": f"post:{first.pk}"},
            about="People invited.",
            now=act.at + timedelta(minutes=1),
            until=act.at + timedelta(minutes=1),
        )
    else:
        matched(cast.campaign_id, first.day)

    answer = organiser.post(f"/desk/harvest/undo/{the_act('stand-by')}/")

    assert answer.status_code == 409
    assert "Call the posts off instead" in answer.text
    assert len(theirs()) == 2, "whole or not at all"
    assert needs.posts([first.pk])[first.pk].cancelled_at is None

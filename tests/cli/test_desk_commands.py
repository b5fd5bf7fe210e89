"""`dure desk …` and roles with an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.models import Campaign
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import actions as needs
from dure.movement.needs import reads
from dure.movement.needs.types import NewPost
from dure.movement.people import actions as people
from dure.movement.people.types import MESSAGES
from dure.movement.places import reads as places
from tests.cli.conftest import NOW, Dure
from tests.harvest import HARVEST

SOON = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=3)


@pytest.fixture
def post_id(valley: CampaignFacts) -> int:
    """A shift in three days, by day in Korea."""
    Campaign.objects.filter(pk=valley.id).update(
        starts_on=SOON.date() - timedelta(days=9), ends_on=SOON.date() + timedelta(days=9)
    )
    area = places.towns_under(valley.area_path)[0]
    team = people.form_team(key=client_id(b"desk", "team"), name="Desk", area_id=area.id, kind="harvest")
    post = NewPost(
        key=client_id(b"desk", "post"),
        campaign_id=valley.id,
        team_id=team.id,
        area_id=area.id,
        day=SOON.date(),
        title="Cut rice",
        lat=area.lat,
        lon=area.lon,
        starts_at=SOON,
        ends_at=SOON + timedelta(hours=4),
        seats=2,
        tier=1,
        cause="harvest",
    )
    return next(iter(needs.publish(rows=[post]).ids.values()))


@pytest.fixture
def sora(valley: CampaignFacts) -> str:
    account_id = accounts.open_account(email="sora@example.org", name="Sora")
    accounts.grant(account_id=account_id, role="organiser", area_path=valley.area_path)
    return "sora@example.org"


def test_posts_are_called_off_and_undone_by_name(
    dure: Dure, valley: CampaignFacts, post_id: int, sora: str
) -> None:
    slug = ("--campaign", valley.slug)
    assert "Cut rice" in dure("desk", "posts", *slug, "--day", SOON.date()).out
    done = dure("desk", "call-off", *slug, post_id, "--by", sora, "--json", "-").json
    assert reads.post(post_id).cancelled_at is not None
    undone = dure("desk", "undo", str(done["undo"]), "--by", sora)
    assert (undone.code, reads.post(post_id).cancelled_at) == (0, None)
    assert dure("desk", "shift", *slug, post_id, "--minutes", 30, "--by", sora).code == 0
    assert reads.post(post_id).starts_at == SOON + timedelta(minutes=30)
    assert dure("desk", "find", *slug, "Cut").out.count("Cut rice") == 1
    assert dure("desk", "call-off", *slug, 10**9, "--by", sora).code == 1


def test_what_the_terminal_opened_it_makes_a_draft_again(dure: Dure, valley: CampaignFacts) -> None:
    new = replace(HARVEST, slug="second")
    campaigns.create(new=new, now=NOW)
    opened = dure("campaign", "open", "second", "--json", "-").json
    assert dure("campaign", "open", "second", "--json", "-").json["undo"] is None

    assert dure("desk", "undo", str(opened["undo"])).code == 0

    assert Campaign.objects.get(slug="second").state == "draft"
    assert dure("desk", "undo", str(opened["undo"])).code == 1


def test_a_look_tells_no_reason_of_a_few(dure: Dure, valley: CampaignFacts, minji: int) -> None:
    with_skill = ("--campaign", valley.slug, "--to", "training:first-aid", "--area", "KR", "--count", 5)
    people.withdraw_consent(actor=SYSTEM, person_id=minji, purpose=MESSAGES, now=NOW)

    said = dure("desk", "invite", *with_skill, "--trial", "--json", "-").json

    assert (said["found"], said["not_invited"]) == (1, {"not_told": 1})


def test_a_second_organiser_agrees_in_the_terminal(
    dure: Dure, valley: CampaignFacts, post_id: int, sora: str
) -> None:
    Campaign.objects.filter(pk=valley.id).update(two_persons=["call-off"])
    slug = ("--campaign", valley.slug)
    dure("desk", "call-off", *slug, post_id, "--by", sora)
    assert reads.post(post_id).cancelled_at is None
    listed = dure("desk", "approvals", *slug, "--json", "-").json
    act_id = str(listed["waiting"][0]["id"])  # type: ignore[index]  # JSON
    assert dure("desk", "approve", act_id, "--by", sora).code == 1, "not one's own"
    dure("account", "create", "dal@example.org", "--name", "Dal", "--role", "organiser", "--area", "KR")
    assert dure("desk", "approve", act_id, "--by", "dal@example.org").code == 0
    assert reads.post(post_id).cancelled_at is not None
    assert dure("desk", "decline", act_id, "--by", "dal@example.org").code == 1, "it is over"


def test_a_role_ends_by_itself_and_its_log_stays(dure: Dure, valley: CampaignFacts) -> None:
    dure("account", "create", "bora@example.org", "--name", "Bora", "--role", "vetter", "--area", "KR")
    last = (datetime.now(UTC) + timedelta(days=2)).date()
    said = dure("account", "grant", "bora@example.org", "--role", "vetter", "--area", "KR", "--until", last)
    assert str(last) in said.out
    assert str(last) in dure("account", "roles", "--area", "KR").out
    dure("account", "revoke", "bora@example.org", "--role", "vetter")
    assert "Bora" not in dure("account", "roles", "--area", "KR").out
    assert dure("account", "roles", "--area", "KR", "--log").out.count("Bora") == 2


def test_a_campaign_file_names_the_acts_that_two_are_asked_for(valley: CampaignFacts) -> None:
    new = replace(HARVEST, slug="careful", two_persons=("publish", "close"))
    made = campaigns.create(new=new, now=datetime(2026, 9, 1, tzinfo=UTC))
    assert made.two_persons == ("close", "publish")

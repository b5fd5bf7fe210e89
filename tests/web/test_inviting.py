"""Many people invited in one act: seen before anybody is told, undone for ten minutes, and nobody known afterwards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from dure.base import outbox
from dure.base.access import SYSTEM, actor_of
from dure.base.models import OutboxMessage, UndoableAct
from dure.movement.calls import appeals
from dure.movement.calls import reads as calls
from dure.movement.calls.models import Reach
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignRests
from dure.movement.needs.models import Post
from dure.movement.people import actions as people
from dure.movement.people import audience
from dure.movement.people.types import MESSAGES
from dure.movement.places import reads as places
from dure.movement.vetting import reads as vetting
from dure.operations import inviting, undo
from dure.operations.bulk import UNDO_TIME
from dure.operations.inviting import Wish
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db
PAGE = "/desk/harvest/invite/"
LATER = NOW + UNDO_TIME


def agree(cast: Cast, *names: str) -> None:
    for name in names:
        people.give_consent(actor=SYSTEM, person_id=cast.people[name], purpose=MESSAGES, wording="1", now=NOW)


def form(to: str, **other: object) -> dict[str, object]:
    return {
        "to": to,
        "area": "/KR/",
        "waited_days": 0,
        "count": 50,
        "request_id": made("invite"),
        **other,
    }


def sure(client: Client, to: str, **other: object) -> dict[str, object]:
    """What is sent by whoever looked and means it."""
    asked = form(to, **other)
    return asked | {"sure": client.post(PAGE, asked).context["mark"]}


def invited(cast: Cast, kind: str) -> list[str]:
    names = {pk: name for name, pk in cast.people.items()}
    rows = OutboxMessage.objects.filter(kind=kind).order_by("pk")
    return sorted(names[pk] for pk in rows.values_list("person_id", flat=True))


def act() -> UndoableAct:
    return UndoableAct.objects.get(kind="invite", undone_at=None)


def test_what_was_changed_since_the_look_is_looked_at_anew(organiser: Client, cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    seen = organiser.post(PAGE, form("training:first-aid", count=1))

    again = organiser.post(PAGE, form("training:first-aid", count=2, sure=seen.context["mark"]))

    assert "has changed since you looked" in again.text
    assert not UndoableAct.objects.exists()
    assert (
        organiser.post(PAGE, form("training:first-aid", count=2, sure=again.context["mark"])).status_code
        == 302
    )


def test_nobody_is_told_before_it_can_no_longer_be_undone(organiser: Client, cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    asked = form("training:first-aid")

    seen = organiser.post(PAGE, asked)
    assert seen.status_code == 200
    assert "would be invited" in seen.text
    assert not UndoableAct.objects.exists(), "a look leaves no trace"
    for _ in range(2):  # pressed twice
        assert organiser.post(PAGE, asked | {"sure": seen.context["mark"]}).status_code == 302
    assert invited(cast, "training_offered") == []
    assert undo.finish_due(LATER - timedelta(seconds=1)) == 0
    assert f"/desk/harvest/undo/{act().pk}/" in organiser.get(PAGE).text

    assert [undo.finish_due(LATER), undo.finish_due(LATER)] == [1, 0]
    assert invited(cast, "training_offered") == ["Chul", "Minji"]
    assert [one.step for one in vetting.steps_of(SYSTEM, cast.people["Minji"])] == ["skill:first-aid"]
    assert act().facts == {"to": "training:first-aid"}, (
        "who was invited is known nowhere but on their letters"
    )


def test_one_press_with_other_wishes_is_refused(organiser: Client, cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    asked = sure(organiser, "training:first-aid")
    assert organiser.post(PAGE, asked).status_code == 302
    for other in ({"waited_days": 3_000}, {"reserve_only": "on"}):
        assert organiser.post(PAGE, sure(organiser, "training:first-aid", **other)).status_code == 409


def test_undone_nobody_is_invited_and_the_list_is_gone(organiser: Client, cast: Cast) -> None:
    agree(cast, "Minji")
    organiser.post(PAGE, sure(organiser, "training:first-aid"))
    gone = act().pk
    for who in ("regional organiser", "captain", "volunteer", "anonymous"):
        assert visitor(who, cast).post(f"/desk/harvest/undo/{gone}/").status_code in (302, 403, 404)

    assert organiser.post(f"/desk/harvest/undo/{gone}/").status_code == 302

    assert undo.finish_due(LATER) == 0
    assert invited(cast, "training_offered") == []
    assert "person_ids" not in UndoableAct.objects.get(pk=gone).facts


def test_killed_half_way_each_is_invited_once(
    organiser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(cast, "Minji", "Chul")
    organiser.post(PAGE, sure(organiser, "training:first-aid"))
    queue = outbox.queue_many

    def dies(**asked: object) -> None:
        queue(**asked | {"notices": list(asked["notices"])[:1]})  # type: ignore[call-overload]  # handed on
        raise RuntimeError("killed")

    monkeypatch.setattr(outbox, "queue_many", dies)
    with pytest.raises(RuntimeError):
        undo.finish_due(LATER)
    monkeypatch.setattr(outbox, "queue_many", queue)

    assert undo.finish_due(LATER) == 1
    assert invited(cast, "training_offered") == ["Chul", "Minji"]


def test_a_call_reaches_whom_it_did_not_yet_and_forgets_them(organiser: Client, cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    campaign = campaigns.campaign_by_id(cast.campaign_id)
    appeal = appeals.open_appeal(
        actor=SYSTEM,
        campaign_id=campaign.id,
        code="where",
        title="Where are hands needed?",
        text="Please say.",
        asks="needs",
        now=NOW,
    )
    wish = Wish(to="call:where", area_path="/KR/", count=50)

    organiser.post(PAGE, sure(organiser, "call:where"))
    undo.finish_due(LATER)

    assert set(Reach.objects.filter(appeal_id=appeal.id).values_list("person_id", flat=True)) == {
        cast.people["Minji"],
        cast.people["Chul"],
    }
    assert calls.results(SYSTEM, "where").called_count == 2
    again = inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=LATER)
    assert again.person_ids == ()
    appeals.close_appeal(actor=SYSTEM, code="where", now=LATER)
    assert not Reach.objects.filter(appeal_id=appeal.id).exists()
    assert invited(cast, "call") == []


def test_who_had_the_letter_on_another_day_is_not_counted_as_invited(cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    campaign = campaigns.campaign_by_id(cast.campaign_id)
    wish = Wish(to="training:first-aid", area_path="/KR/", count=50)
    inviting.invite(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW, about="Invited.")
    yesterday = NOW - timedelta(days=1)
    OutboxMessage.objects.update(state=OutboxMessage.State.SENT, ended_at=yesterday)

    again = inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW)

    assert (again.person_ids, again.passed["known"]) == ((), 2)


def test_why_others_are_not_invited_is_counted(cast: Cast) -> None:
    agree(cast, "Minji", "Chul")
    campaign = campaigns.campaign_by_id(cast.campaign_id)
    wish = Wish(to="training:first-aid", area_path="/KR/", count=1)

    seen = inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW)

    assert (len(seen.person_ids), seen.passed["later"]) == (1, 1)
    assert seen.passed["no_consent"] == seen.found_count - 2
    inviting.invite(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW, about="Invited.")
    again = inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW)
    assert again.passed["asked_today"] == 1
    assert set(again.person_ids).isdisjoint(seen.person_ids)


def test_who_would_lack_something_at_a_post_is_not_invited_to_it(cast: Cast) -> None:
    agree(cast, *cast.people)
    campaign = campaigns.campaign_by_id(cast.campaign_id)
    ahead = Post.objects.filter(campaign_id=cast.campaign_id, starts_at__gt=NOW, cancelled_at=None)
    post = next(one for one in ahead if one.seats_taken < one.seats)
    wish = Wish(to=f"post:{post.pk}", area_path="/KR/", count=50)
    seen = inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW)
    assert seen.found_count == len(seen.person_ids) + sum(seen.passed.values())
    assert seen.passed.get("unready", 0) + seen.passed.get("no_rest", 0) > 0

    breaks.pause(
        actor=SYSTEM, slug="harvest", reason="A storm.", now=NOW, first_day=post.day, last_day=post.day
    )
    with pytest.raises(CampaignRests):
        inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW)


def test_of_a_few_the_reasons_are_not_told_apart(organiser: Client, cast: Cast) -> None:
    page = organiser.post(PAGE, form("training:first-aid", people=str(cast.people["Minji"]))).text
    assert re.search(r"1 can’t be invited now", page)
    assert "did not agree" not in page
    assert organiser.post(PAGE, sure(organiser, "training:first-aid")).status_code == 409
    assert 'name="people"' in organiser.get("/desk/harvest/find/?q=Min").text
    assert str(cast.people["Minji"]) in organiser.get(f"{PAGE}?people={cast.people['Minji']}").text


def test_two_lists_that_differ_by_one_person_do_not_tell_why_that_one_is_passed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = campaigns.campaign_by_id(cast.campaign_id)
    passed = dict.fromkeys(range(25), "no_consent") | dict.fromkeys(range(25, 34), "known")

    def told(people: int, **narrowed: object) -> dict[str, int]:
        monkeypatch.setattr(audience, "found", lambda **_: list(range(people)))
        monkeypatch.setattr(
            inviting, "_why_not", lambda *_: {pk: why for pk, why in passed.items() if pk < people}
        )
        wish = Wish(to="training:first-aid", area_path="/KR/", count=5, **narrowed)  # type: ignore[arg-type]
        return dict(inviting.look(actor=SYSTEM, campaign=campaign, wish=wish, now=NOW).told)

    assert told(40) == {"no_consent": 20, "later": 1, "not_told": 14}
    assert told(9) == {"not_told": 9}
    for narrowed in ({"waited_days": 1}, {"skills": ("first-aid",)}, {"person_ids": (1, 2)}):
        assert (told(30, **narrowed), told(31, **narrowed)) == ({"not_told": 30}, {"not_told": 31})


def test_nobody_invites_beyond_their_reach(cast: Cast) -> None:
    regional = actor_of(account_id=cast.accounts["regional organiser"], now=NOW)
    campaign = campaigns.campaign_by_id(cast.campaign_id)
    with pytest.raises(Exception, match=r"organis|allowed"):
        inviting.look(
            actor=regional,
            campaign=campaign,
            wish=Wish(to="training:first-aid", area_path=places.by_code("KR").path, count=5),
            now=NOW,
        )
    assert visitor("regional organiser", cast).post(PAGE, form("training:first-aid")).status_code in (
        404,
        422,
    )
    for bad in ("post:x", "post:999999", "call:none", "magic:1"):
        assert visitor("organiser", cast).post(PAGE, form(bad)).status_code == 422

"""The organiser's desk: many posts at once with an undo, a second person's word, roles handed down, finding."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from dure.base import approving, delegation, undoing
from dure.base.access import Actor, Grant, actor_of
from dure.base.accounts import account_id_of, accounts_with
from dure.base.models import OutboxMessage, UndoableAct
from dure.kernel.refusals import NotFound
from dure.movement.campaigns.models import Campaign
from dure.movement.matching import reads
from dure.movement.matching.models import Placement, Run
from dure.movement.needs import actions as needs_actions
from dure.movement.needs import bulk as needs_bulk
from dure.movement.needs import reads as needs
from dure.movement.needs.models import HelpAsk, Post
from dure.operations import bulk, undo
from dure.operations.bulk import UNDO_TIME
from dure.operations.day import match_day
from tests.web.cast import NOW, TODAY, Cast, made
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db
LATER = NOW + UNDO_TIME


def choose(client: Client, act: str, *posts: int, minutes: int = 60, page: UUID | None = None) -> int:
    form = {"act": act, "posts": list(posts), "minutes": minutes, "request_id": page or uuid4()}
    return client.post(f"/desk/harvest/posts/?day={TODAY}", form).status_code


def the_act(cast: Cast) -> UUID:
    organiser = actor_of(account_id=cast.accounts["organiser"], now=NOW)
    return undoing.last(actor=organiser, campaign_id=cast.campaign_id, now=NOW)[0].id


def two_persons(*kinds: str) -> None:
    Campaign.objects.update(two_persons=list(kinds))


def kinds_queued() -> set[str]:
    return set(OutboxMessage.objects.filter(state="queued").values_list("kind", flat=True))


def test_posts_called_off_tell_nobody_until_it_can_no_longer_be_undone(cast: Cast) -> None:
    organiser = visitor("organiser", cast)
    north = cast.posts["North"]
    assert b"Cut rice" in organiser.get("/desk/harvest/posts/").content
    assert choose(organiser, "call-off", north, cast.posts["Hill"]) == 302
    assert needs.post(north).cancelled_at == NOW
    assert "called_off" not in kinds_queued()
    assert reads.placement_for(actor_of(person_id=cast.people["Minji"]), cast.placements["Minji"]).state == (
        "accepted"
    ), "whoever sits there keeps the seat as long as it may be undone"
    assert undo.finish_due(LATER - timedelta(seconds=1)) == 0
    bar = organiser.get("/desk/harvest/").content.decode()
    assert f"/desk/harvest/undo/{the_act(cast)}/" in bar

    regional = visitor("regional organiser", cast)
    assert regional.post(f"/desk/harvest/undo/{the_act(cast)}/").status_code == 404, "it is another's act"
    act_id = the_act(cast)
    assert organiser.post(f"/desk/harvest/undo/{act_id}/").status_code == 302
    assert needs.post(north).cancelled_at is None
    assert organiser.post(f"/desk/harvest/undo/{act_id}/").status_code == 409, "undone once"
    assert undo.finish_due(LATER) == 0

    choose(organiser, "call-off", north)
    assert (undo.finish_due(LATER), undo.finish_due(LATER)) == (1, 0)
    assert Placement.objects.get(pk=cast.placements["Minji"]).state == "withdrawn"
    assert "called_off" in kinds_queued()
    act_id = UndoableAct.objects.get(finished_at__isnull=False).id
    refused = undo_refused(cast, act_id)
    assert refused == "undo_over"


def undo_refused(cast: Cast, act_id: UUID) -> str:
    organiser = actor_of(account_id=cast.accounts["organiser"], now=NOW)
    try:
        undo.undo(actor=organiser, act_id=act_id, now=LATER)
    except Exception as no:
        return str(getattr(no, "code", no))
    return ""


def test_a_shift_that_begins_within_the_hour_is_called_off_at_once(cast: Cast) -> None:
    Post.objects.filter(pk=cast.posts["North"]).update(starts_at=NOW + timedelta(minutes=50))
    choose(visitor("organiser", cast), "call-off", cast.posts["North"])
    assert Placement.objects.get(pk=cast.placements["Minji"]).state == "withdrawn"
    assert "called_off" in kinds_queued()
    assert not UndoableAct.objects.exists()


def test_posts_move_with_their_people_and_take_nobodys_rest(cast: Cast) -> None:
    organiser, north = visitor("organiser", cast), cast.posts["North"]
    before = needs.post(north)
    choose(organiser, "shift", north, minutes=60)
    assert needs.post(north).starts_at == before.starts_at + timedelta(hours=1)
    held = OutboxMessage.objects.get(kind="shift_moved")
    assert (held.person_id, held.send_after) == (cast.people["Minji"], LATER)
    organiser.post(f"/desk/harvest/undo/{the_act(cast)}/")
    assert needs.post(north).starts_at == before.starts_at
    assert "shift_moved" not in kinds_queued(), "nobody hears of what was undone"

    assert choose(organiser, "shift", north, minutes=-120) == 422, "it would have begun already"
    assert choose(organiser, "shift", north, cast.posts["Hill"], minutes=180) == 302
    assert choose(organiser, "shift", north, minutes=180) == 422, "nobody is moved into the night"
    tomorrow = early_shift_of_minji(cast)
    assert choose(organiser, "shift", north, minutes=60) == 409, "11 hours before the next shift"
    assert needs.post(north).starts_at == before.starts_at + timedelta(hours=3), "all or nothing"
    assert needs.post(tomorrow).seats_taken == 1


def early_shift_of_minji(cast: Cast) -> int:
    """A shift eleven hours and a half after the end of today's as it stands now."""
    ends_at = needs.post(cast.posts["North"]).ends_at
    row = Post.objects.get(pk=cast.posts["North"])
    row.pk, row.key, row.day = None, made("early"), TODAY + timedelta(days=1)
    row.starts_at, row.seats_taken = ends_at + timedelta(hours=11, minutes=30), 0
    row.ends_at = row.starts_at + timedelta(hours=4)
    row.save(force_insert=True)
    needs_actions.take_seat(post_id=row.pk)
    placement = Placement.objects.get(pk=cast.placements["Minji"])
    placement.pk, placement.post_id, placement.day = None, row.pk, row.day
    placement.request_id = made("early seat")
    placement.save(force_insert=True)
    return int(row.pk)


def test_nobody_touches_posts_beyond_their_reach(cast: Cast) -> None:
    regional = visitor("regional organiser", cast)  # of Jeolla; both posts lie in Gyeonggi
    for act in ("call-off", "shift"):
        assert choose(regional, act, cast.posts["North"]) == 404
        assert choose(regional, act, 999_999_999) == 404
    assert choose(visitor("organiser", cast), "call-off") == 302, "none chosen: it is said, nothing is done"
    assert choose(visitor("organiser", cast), "burn", cast.posts["North"]) == 302
    assert not Post.objects.filter(cancelled_at__isnull=False).exists()
    assert b"Cut rice" not in regional.get("/desk/harvest/posts/").content


def test_where_two_are_asked_a_second_organiser_agrees_first(cast: Cast) -> None:
    two_persons("call-off", "close")
    organiser, north = visitor("organiser", cast), cast.posts["North"]
    second = second_organiser(cast)
    choose(organiser, "call-off", north)
    choose(organiser, "call-off", north)
    assert needs.post(north).cancelled_at is None
    mine = actor_of(account_id=cast.accounts["organiser"], now=NOW)
    (act,) = approving.waiting(actor=mine, campaign_id=cast.campaign_id, now=NOW)
    decide = f"/desk/harvest/approvals/{act.id}/"
    assert organiser.post(decide, {"decision": "yes"}).status_code == 403, "not one's own"
    assert visitor("regional organiser", cast).post(decide, {"decision": "yes"}).status_code == 404
    assert act.about.encode() in second.get("/desk/harvest/").content
    asked = OutboxMessage.objects.filter(dedupe_key__startswith="owed:approval:")
    told = {one.facts["account_id"] for one in asked}
    assert told == {account_id_of(email="sora@example.org")}, "whoever else organises all of it, once"
    assert second.post(decide, {"decision": "yes"}).status_code == 302
    assert needs.post(north).cancelled_at == NOW
    assert second.post(decide, {"decision": "yes"}).status_code == 409, "once"
    assert UndoableAct.objects.get().account_id == cast.accounts["organiser"], "done as whoever asked"

    choose(organiser, "call-off", cast.posts["Hill"])
    (act,) = approving.waiting(actor=mine, campaign_id=cast.campaign_id, now=NOW)
    second.post(f"/desk/harvest/approvals/{act.id}/", {"decision": "no", "words": "Rain ends."})
    assert needs.post(cast.posts["Hill"]).cancelled_at is None
    assert b"Rain ends." in organiser.get("/desk/harvest/approvals/").content

    close = {"act": "close", "reason": "Frost.", "is_sure": "on"}
    assert organiser.post("/desk/harvest/succession/", close).status_code == 302
    assert Campaign.objects.get().state == "open"
    (act,) = approving.waiting(actor=mine, campaign_id=cast.campaign_id, now=NOW)
    second.post(f"/desk/harvest/approvals/{act.id}/", {"decision": "yes"})
    assert Campaign.objects.get().state == "closed"


def test_what_is_asked_otherwise_waits_beside_it_and_a_part_may_ask(cast: Cast) -> None:
    two_persons("shift", "grant")
    organiser, north = visitor("organiser", cast), cast.posts["North"]
    for minutes in (30, 30, 60):
        choose(organiser, "shift", north, minutes=minutes)
    mine = actor_of(account_id=cast.accounts["organiser"], now=NOW)
    asked = approving.waiting(actor=mine, campaign_id=cast.campaign_id, now=NOW)
    assert sorted(one.facts["minutes"] for one in asked) == [30, 60]

    jeonju = {"email": "dal@example.org", "name": "Dal", "role": "vetter", "area": cast.areas["Jeonju"]}
    visitor("regional organiser", cast).post("/desk/harvest/people-of-the-desk/", jeonju)
    waiting = approving.waiting(actor=mine, campaign_id=cast.campaign_id, now=NOW)
    (act,) = [one for one in waiting if one.kind == "grant"]
    assert organiser.post(f"/desk/harvest/approvals/{act.id}/", {"decision": "yes"}).status_code == 302
    assert account_id_of(email="dal@example.org") in {one[0] for one in accounts_with(role="vetter", now=NOW)}


def test_pressed_twice_posts_move_once(cast: Cast) -> None:
    organiser, north, page = visitor("organiser", cast), cast.posts["North"], made("page")
    before = needs.post(north).starts_at
    for _ in range(2):
        assert choose(organiser, "shift", north, minutes=30, page=page) == 302
    assert needs.post(north).starts_at == before + timedelta(minutes=30)
    assert choose(organiser, "shift", north, cast.posts["Hill"], minutes=30, page=page) == 302
    assert needs.post(north).starts_at == before + timedelta(minutes=60), "others were chosen"


def test_what_is_moved_to_begin_soon_is_told_at_once(cast: Cast) -> None:
    Post.objects.filter(pk=cast.posts["North"]).update(starts_at=NOW + timedelta(minutes=70))
    choose(visitor("organiser", cast), "shift", cast.posts["North"], minutes=-30)
    assert OutboxMessage.objects.get(kind="shift_moved").send_after == NOW
    assert not UndoableAct.objects.exists()


def test_who_organises_there_no_more_undoes_nothing_and_a_fault_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    organiser = visitor("organiser", cast)
    for name in ("North", "Hill"):
        choose(organiser, "call-off", cast.posts[name])
    gone = Actor(account_id=cast.accounts["organiser"], grants=(Grant("organiser", "/KE/"),))
    with pytest.raises(NotFound):
        undo.undo(actor=gone, act_id=the_act(cast), now=NOW)

    finished: list[list[int]] = []

    def fails_once(*, post_ids: list[int], now: datetime) -> int:
        finished.append(post_ids)
        if len(finished) == 1:
            raise OSError("the disk is full")
        return 0

    monkeypatch.setattr("dure.operations.bulk.matching.call_off_posts", fails_once)
    with pytest.raises(OSError, match="disk"):
        undo.finish_due(LATER)
    assert undo.finish_due(LATER) == 1
    assert finished[0] == finished[2] != finished[1], "the other was finished at once, and this one after all"


def second_organiser(cast: Cast) -> Client:
    """Sora, whom the organiser makes a second one, signed in."""
    form = {"email": "sora@example.org", "name": "Sora", "role": "organiser", "area": country_id(cast)}
    assert visitor("organiser", cast).post("/desk/harvest/people-of-the-desk/", form).status_code == 302
    account_id = account_id_of(email="sora@example.org")
    assert account_id is not None
    client = Client()
    from django.contrib.auth import get_user_model

    client.force_login(
        get_user_model().objects.get(pk=account_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def country_id(cast: Cast) -> int:
    return Campaign.objects.get(pk=cast.campaign_id).area_id


def test_roles_are_handed_down_with_an_end_and_taken_away(cast: Cast) -> None:
    regional, page = visitor("regional organiser", cast), "/desk/harvest/people-of-the-desk/"
    jeonju = {"email": "dal@example.org", "name": "Dal", "role": "vetter", "area": cast.areas["Jeonju"]}
    assert regional.post(page, {**jeonju, "until": "2026-10-20"}).status_code == 302
    (given,) = [one for one in delegation.grants_under("/KR/03/", now=NOW) if one.name == "Dal"]
    assert given.until == datetime(2026, 10, 20, 14, 59, 59, tzinfo=UTC), "the end of that day in Seoul"
    assert given.granted_by == cast.accounts["regional organiser"]
    beyond = {**jeonju, "area": cast.areas["Suwon"]}
    assert regional.post(page, beyond).status_code == 422, "a place outside is no choice"
    assert regional.post(page, {**jeonju, "role": "auditor"}).status_code == 422
    captain = {**jeonju, "role": "captain", "area": "", "team": cast.teams["Plain"]}
    assert regional.post(page, captain).status_code == 302
    assert regional.post(page, {**captain, "team": cast.teams["North"]}).status_code == 422
    nobody = {**jeonju, "email": "new@example.org", "name": ""}
    assert regional.post(page, nobody).status_code == 422, "somebody new needs a name"
    assert account_id_of(email="new@example.org") is None
    told = OutboxMessage.objects.filter(dedupe_key__startswith="owed:role:").count()
    assert told == 2, "each of the two roles is told to whoever got it"
    shown = regional.get(page).content.decode()
    assert "Dal" in shown
    assert "dal@example.org" not in shown
    assert "dal@example.org" not in visitor("organiser", cast).get(page).content.decode()

    assert visitor("other organiser", cast).post(f"{page}{given.id}/end/").status_code == 404
    assert regional.post(f"{page}{given.id}/end/").status_code == 302
    assert account_id_of(email="dal@example.org") not in {
        one[0] for one in accounts_with(role="vetter", now=NOW)
    }
    above = [
        one.id
        for one in delegation.grants_under("/KR/", now=NOW, role="organiser")
        if one.area_path == "/KR/"
    ]
    assert regional.post(f"{page}{above[0]}/end/").status_code == 403, "nobody takes away what is above them"


def test_a_match_is_looked_at_before_people_see_it(cast: Cast) -> None:
    Post.objects.filter(pk=cast.posts["Hill"]).update(skills=[])
    match_day(
        campaign_id=cast.campaign_id,
        day=TODAY,
        now=NOW,
        expires_at=NOW + timedelta(hours=2),
        round_number=2,
        hold=True,
    )
    run = Run.objects.get(round=2)
    organiser = visitor("organiser", cast)
    page = organiser.get("/desk/harvest/").content
    assert f"/desk/harvest/match/show/{run.pk}/".encode() in page
    shown = {"kept_hours": 2}
    assert visitor("regional organiser", cast).post(
        f"/desk/harvest/match/show/{run.pk}/", shown
    ).status_code in (403, 404)
    assert organiser.post(f"/desk/harvest/match/show/{run.pk}/", shown).status_code == 302
    run.refresh_from_db()
    assert run.published_at is None
    organiser.post(f"/desk/harvest/undo/{the_act(cast)}/")
    assert undo.finish_due(LATER) == 0
    organiser.post(f"/desk/harvest/match/show/{run.pk}/", shown)
    assert undo.finish_due(LATER) == 1
    shown_run = Run.objects.get(pk=run.pk)
    assert (shown_run.published_at, shown_run.expires_at) == (LATER, LATER + timedelta(hours=2))


def test_the_running_moment_says_who_is_missing_and_who_asks_for_help(cast: Cast) -> None:
    organiser = visitor("organiser", cast)
    first = organiser.get("/desk/harvest/now/")
    assert b"Drive sacks" in first.content, "it begins soon, and misses people"
    tag = {"If-None-Match": first["ETag"]}
    assert organiser.get("/desk/harvest/now/", headers=tag).status_code == 304
    Post.objects.filter(pk=cast.posts["North"]).update(starts_at=NOW - timedelta(minutes=5))
    asked = HelpAsk.objects.create(
        key=made("help"),
        campaign_id=cast.campaign_id,
        area_id=cast.areas["Suwon"],
        team_id=cast.teams["North"],
        words="The bridge is out.",
        asked_by=cast.accounts["captain"],
        asked_at=NOW,
        heard_at=NOW,
    )
    second = organiser.get("/desk/harvest/now/", headers=tag)
    assert second.status_code == 200
    assert b"The bridge is out." in second.content
    assert b"Cut rice" in second.content
    regional = visitor("regional organiser", cast)
    assert b"bridge" not in regional.get("/desk/harvest/now/").content
    assert regional.post(f"/desk/harvest/help/{asked.pk}/", {"words": "No."}).status_code == 404
    organiser.post(f"/desk/harvest/help/{asked.pk}/", {"words": "The army comes."})
    asked.refresh_from_db()
    assert asked.answer == "The army comes."


@pytest.mark.parametrize("titles_max", [0, needs_bulk.TITLES_MAX])
def test_finding_reaches_as_far_as_the_organiser_and_shows_no_contact(
    cast: Cast, titles_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs_bulk, "TITLES_MAX", titles_max)
    organiser, regional = visitor("organiser", cast), visitor("regional organiser", cast)
    for words, found in {
        "rice": "Cut rice",
        "hil": "Hill",
        "min": "Minji",
        "jeon": "Jeonju",
        "help": "/desk/harvest/calls/help/",
        str(cast.posts["Hill"]): "Drive sacks",
    }.items():
        page = organiser.get("/desk/harvest/find/", {"q": words}).content.decode()
        assert found in page, words
        assert "@example.org" not in page
    for words in ("minj", "Cut", "North", str(cast.posts["Hill"])):
        page = regional.get("/desk/harvest/find/", {"q": words}).content.decode()
        assert "Minji" not in page
        assert "Cut rice" not in page
        assert "Drive sacks" not in page
        assert f"/teams/{cast.teams['North']}/" not in page
    for odd in ("", "\x00", "%", "x" * 500, "９９"):
        assert organiser.get("/desk/harvest/find/", {"q": odd}).status_code == 200


def test_common_path_holds_every_place() -> None:
    assert bulk.common_path({"/KR/16/101/"}) == "/KR/16/101/"
    assert bulk.common_path({"/KR/16/101/", "/KR/16/1011/"}) == "/KR/16/"
    assert bulk.common_path({"/KR/16/101/", "/KR/17/5/", "/KR/16/9/"}) == "/KR/"
    assert bulk.common_path({"/KR/1/", "/KE/1/"}) == "/"

"""Posts are asked for once, hold their limits, and give each seat once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.kernel.must import Broken
from dure.kernel.refusals import NotAllowed
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.errors import CampaignClosed
from dure.movement.needs import actions, reads
from dure.movement.needs.errors import NeedCancelled, NeedFull, NeedUnknown, PostReused, PostsBad
from dure.movement.needs.models import Post
from dure.movement.needs.rules import problems_of
from dure.movement.needs.types import AreaNeeds, NewPost
from tests.movement.needs.conftest import DAY, NOW, SEED, Orchard

Publish = Callable[..., int]
START = datetime(2026, 10, 4, 22, tzinfo=UTC)


def told(no: pytest.ExceptionInfo[PostsBad]) -> list[tuple[int, str]]:
    found = no.value.facts["problems"]
    if not isinstance(found, tuple):
        raise TypeError(found)
    return [(problem.row, problem.field) for problem in found]


def test_a_published_post_is_what_was_asked_for(orchard: Orchard) -> None:
    asked = orchard.post(skills=("first-aid", "cooking"), languages=("ko",), min_age=18, bring="Gloves")

    ids = actions.publish(rows=[asked]).ids
    post = reads.post(ids[asked.key])

    assert [getattr(post, name) for name in NewPost.__slots__] == [
        getattr(asked, name) for name in NewPost.__slots__
    ]
    assert (post.seats_taken, post.seats_free, post.cancelled_at) == (0, 3, None)


def test_publishing_twice_publishes_once(orchard: Orchard) -> None:
    first = actions.publish(rows=[orchard.post("a"), orchard.post("b")])
    again = actions.publish(rows=[orchard.post("b"), orchard.post("c"), orchard.post("a")])

    assert (first.known_count, again.known_count) == (0, 2)
    assert first.ids.items() < again.ids.items()
    assert Post.objects.count() == 3
    assert {key: post.id for key, post in reads.posts_by_key(again.ids).items()} == again.ids
    assert reads.posts_by_key([UUID(int=1)]) == {}


def test_publishing_again_keeps_the_seats_taken(orchard: Orchard, published: Publish) -> None:
    post_id = published()
    actions.take_seat(post_id=post_id)

    actions.publish(rows=[orchard.post()])

    assert reads.post(post_id).seats_taken == 1


def test_a_key_stands_for_one_post(orchard: Orchard, published: Publish) -> None:
    post_id = published()

    with pytest.raises(PostReused) as no:
        actions.publish(rows=[orchard.post("new"), orchard.post(seats=4)])

    assert no.value.facts == {"key": orchard.post().key, "field": "seats"}
    assert list(reads.posts([post_id])) == [post_id]
    assert Post.objects.count() == 1  # the good row was not written either


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("seats", {"seats": 0}),
        ("seats", {"seats": 10_001}),
        ("tier", {"tier": 0}),
        ("tier", {"tier": 4}),
        ("physical", {"physical": 4}),
        ("physical", {"physical": -1}),
        ("min_age", {"min_age": 100}),
        ("title", {"title": " "}),
        ("title", {"title": "x" * 161}),
        ("cause", {"cause": ""}),
        ("bring", {"bring": "x" * 201}),
        ("bring", {"bring": "a\x00b"}),
        ("skills", {"skills": ("",)}),
        ("skills", {"skills": ("cooking", "cooking")}),
        ("languages", {"languages": tuple(str(n) for n in range(21))}),
        ("lat", {"lat": 90.5}),
        ("lat", {"lat": float("nan")}),
        ("lon", {"lon": -181.0}),
        ("ends_at", {"ends_at": START}),
        ("ends_at", {"ends_at": START + timedelta(hours=10, minutes=1)}),
        ("ends_at", {"ends_at": datetime(2026, 10, 5, 3)}),  # noqa: DTZ001 - what is refused
        ("starts_at", {"starts_at": datetime(2026, 10, 5, 3)}),  # noqa: DTZ001 - what is refused
        ("day", {"day": date(2026, 10, 4)}),  # the day in UTC, not in Seoul
        ("area_id", {"area_id": 0}),
        ("team_id", {"team_id": 0}),
        ("campaign_id", {"campaign_id": 0}),
        ("least_crew", {"least_crew": 4}),  # of three seats
        ("least_crew", {"least_crew": -1}),
        ("people_per_lead", {"people_per_lead": 10}),  # and nobody leads
        ("people_per_lead", {"lead_key": uuid5(SEED, "good")}),  # for how many?
        ("lead_key", {"lead_key": uuid5(SEED, "bad"), "people_per_lead": 1}),  # itself
        ("lead_key", {"lead_key": uuid5(SEED, "nowhere"), "people_per_lead": 1}),
    ],
)
def test_a_post_that_does_not_fit_is_refused(orchard: Orchard, field: str, other: dict[str, object]) -> None:
    with pytest.raises(PostsBad) as no:
        actions.publish(rows=[orchard.post("good"), orchard.post("bad", **other)])

    assert told(no) == [(1, field)]
    assert str(no.value.facts["first"]).startswith(f"post 1, {field}: ")
    assert not Post.objects.exists()


def test_a_post_is_led_by_one_of_the_same_day_and_time(orchard: Orchard, published: Publish) -> None:
    published("nurses")
    before = {"starts_at": START - timedelta(hours=4), "ends_at": START}
    published("night", **before)
    lead, night = uuid5(SEED, "nurses"), uuid5(SEED, "night")

    assert published("helpers", lead_key=lead, people_per_lead=10)
    with pytest.raises(PostsBad) as no:
        actions.publish(rows=[orchard.post("others", lead_key=night, people_per_lead=10)])
    assert told(no) == [(0, "lead_key")]
    assert "at another time" in str(no.value)

    actions.cancel(actor=SYSTEM, post_id=reads.posts_by_key([lead])[lead].id, now=NOW)
    with pytest.raises(PostsBad, match="called off"):
        actions.publish(rows=[orchard.post("too late", lead_key=lead, people_per_lead=10)])
    assert [post.title for post in reads.led_by(lead)] == ["helpers"]


def test_nobody_leads_in_a_ring(orchard: Orchard) -> None:
    ring = {"a": "b", "b": "c", "c": "a"}
    rows = [orchard.post(own, lead_key=uuid5(SEED, by), people_per_lead=2) for own, by in ring.items()]
    line = orchard.post("d", lead_key=rows[0].key, people_per_lead=2)

    with pytest.raises(PostsBad) as no:
        actions.publish(rows=[*rows, line])

    assert told(no) == [(0, "lead_key"), (1, "lead_key"), (2, "lead_key")]


def test_ten_hours_is_the_longest_shift(published: Publish) -> None:
    assert published(ends_at=START + timedelta(hours=10))


def test_a_day_outside_the_campaign_is_refused(orchard: Orchard) -> None:
    late = START + timedelta(days=90)
    with pytest.raises(PostsBad) as no:
        actions.publish(
            rows=[
                orchard.post(day=DAY + timedelta(days=90), starts_at=late, ends_at=late + timedelta(hours=2))
            ]
        )

    assert told(no) == [(0, "day")]
    assert "2026-10-01 to 2026-11-09" in str(no.value)


def test_all_problems_are_told_at_once_by_row(orchard: Orchard) -> None:
    rows = [orchard.post("a", seats=0, tier=9), orchard.post("b"), orchard.post("b", team_id=0, lat=91.0)]

    with pytest.raises(PostsBad) as no:
        actions.publish(rows=rows)

    assert told(no) == [(0, "seats"), (0, "tier"), (2, "lat"), (2, "key"), (2, "team_id")]
    assert no.value.facts["count"] == 5


def test_a_closed_campaign_takes_no_posts(orchard: Orchard) -> None:
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    with pytest.raises(CampaignClosed):
        actions.publish(rows=[orchard.post()])


@given(st.integers(-5, 15), st.integers(-5, 8), st.integers(-30, 40), st.floats())
def test_the_rules_agree_with_the_limits_in_the_database(
    seats: int, tier: int, hours: int, lat: float
) -> None:
    post = NewPost(
        key=UUID(int=1),
        campaign_id=1,
        team_id=1,
        area_id=1,
        day=DAY,
        title="picking",
        lat=lat,
        lon=0.0,
        starts_at=START,
        ends_at=START + timedelta(hours=hours),
        seats=seats,
        tier=tier,
        cause="harvest",
    )
    bad = {problem.field for problem in problems_of(0, post)}

    assert ("seats" in bad) == (seats < 1)
    assert ("tier" in bad) == (tier not in {1, 2, 3})
    assert ("ends_at" in bad) == (not 0 < hours <= 10)
    assert ("lat" in bad) == (not -90 <= lat <= 90)


def test_the_database_holds_the_limits(published: Publish) -> None:
    post = Post.objects.filter(pk=published())
    for wrong in (
        {"seats_taken": 4},
        {"seats": 0},
        {"tier": 4},
        {"physical": 4},
        {"ends_at": START},
        {"ends_at": START + timedelta(hours=11)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            post.update(**wrong)


def test_the_last_seat_is_given_once(published: Publish) -> None:
    post_id = published(seats=2)
    actions.take_seat(post_id=post_id)
    actions.take_seat(post_id=post_id)

    with pytest.raises(NeedFull) as no:
        actions.take_seat(post_id=post_id)

    assert no.value.facts == {"post_id": post_id, "seats": 2}
    assert reads.post(post_id).seats_free == 0


def test_a_freed_seat_is_free_again(published: Publish) -> None:
    post_id = published(seats=1)
    actions.take_seat(post_id=post_id)
    actions.free_seat(post_id=post_id)

    assert reads.post(post_id).seats_taken == 0
    actions.take_seat(post_id=post_id)


def test_freeing_what_nobody_took_stops_the_program(published: Publish) -> None:
    post_id, other_id = published("a"), published("b")
    actions.take_seat(post_id=post_id)

    with pytest.raises(Broken):
        actions.free_seat(post_id=other_id)
    with pytest.raises(Broken):
        actions.free_seats(counts={post_id: 1, other_id: 1})

    assert reads.post(post_id).seats_taken == 1  # all or none


def test_unknown_posts_have_no_seats(db: None) -> None:
    for ask in (
        lambda: actions.take_seat(post_id=1),
        lambda: actions.free_seat(post_id=1),
        lambda: actions.free_seats(counts={1: 1}),
        lambda: reads.post(1),
    ):
        with pytest.raises(NeedUnknown):
            ask()
    assert reads.posts([1]) == {}


def test_many_posts_grant_what_fits(published: Publish) -> None:
    roomy, tight, full, off = (published(name, seats=3) for name in "abcd")
    actions.take_seats(counts={tight: 2, full: 3})
    actions.cancel(actor=SYSTEM, post_id=off, now=NOW)

    granted = actions.take_seats(counts={roomy: 2, tight: 2, full: 1, off: 1, 10**9: 1})

    assert granted == {roomy: 2, tight: 1, full: 0, off: 0, 10**9: 0}
    taken = {post.id: post.seats_taken for post in reads.posts([roomy, tight, full, off]).values()}
    assert taken == {roomy: 2, tight: 3, full: 3, off: 0}

    actions.free_seats(counts={roomy: 1, tight: 3})
    assert reads.post(roomy).seats_taken == 1
    assert reads.post(tight).seats_taken == 0


def test_a_failing_transaction_gives_all_seats_back(published: Publish) -> None:
    post_id = published()
    with pytest.raises(NeedFull), transaction.atomic():
        actions.take_seats(counts={post_id: 2})
        raise NeedFull(post_id=post_id, seats=3)

    assert reads.post(post_id).seats_taken == 0


def test_a_cancelled_post_takes_no_seat_and_leaves_the_lists(orchard: Orchard, published: Publish) -> None:
    gone, stays = published("gone"), published("stays")
    actions.take_seat(post_id=gone)

    cancelled = actions.cancel(actor=SYSTEM, post_id=gone, now=NOW)
    again = actions.cancel(actor=SYSTEM, post_id=gone, now=NOW + timedelta(days=1))

    assert cancelled == again
    assert (cancelled.cancelled_at, cancelled.seats_taken) == (NOW, 1)
    with pytest.raises(NeedCancelled):
        actions.take_seat(post_id=gone)
    assert [post.id for post in reads.posts_of_day(orchard.campaign.id, DAY)] == [stays]
    assert [post.id for post in reads.crew_posts(orchard.pickers_id, DAY)] == [stays]
    actions.free_seat(post_id=gone)  # whoever sat there is let go


def test_only_who_organises_the_place_cancels(orchard: Orchard, published: Publish) -> None:
    post_id = published()
    captain = Actor(account_id=3, grants=(Grant("captain", team_id=orchard.pickers_id),))
    elsewhere = Actor(account_id=2, grants=(Grant("organiser", area_path="/KR/03/"),))
    for actor in (ANONYMOUS, captain, elsewhere):
        with pytest.raises(NotAllowed):
            actions.cancel(actor=actor, post_id=post_id, now=NOW)
    assert reads.post(post_id).cancelled_at is None

    bora = Actor(account_id=1, grants=(Grant("organiser", area_path="/KR/16/"),))
    assert actions.cancel(actor=bora, post_id=post_id, now=NOW).cancelled_at == NOW


def test_a_day_is_counted_by_place_and_tier(orchard: Orchard, published: Publish) -> None:
    first = published("a", tier=1, seats=2)
    published("b", tier=2)
    published("c", tier=2, seats=4)
    tomorrow = {"starts_at": START + timedelta(days=1), "ends_at": START + timedelta(days=1, hours=4)}
    published("d", day=DAY + timedelta(days=1), **tomorrow)
    actions.take_seat(post_id=first)

    naju = orchard.naju.id
    assert reads.open_by_area(orchard.campaign.id, DAY) == [
        AreaNeeds(naju, 1, post_count=1, seats=2, seats_taken=1),
        AreaNeeds(naju, 2, post_count=2, seats=7, seats_taken=0),
    ]
    assert reads.days(orchard.campaign.id) == [DAY, DAY + timedelta(days=1)]


def test_a_team_sees_its_own_posts_in_order_of_time(orchard: Orchard, published: Publish) -> None:
    late = published("late", starts_at=START + timedelta(hours=6), ends_at=START + timedelta(hours=9))
    early = published("early")
    published("soup", team_id=orchard.cooks_id)

    assert [post.id for post in reads.crew_posts(orchard.pickers_id, DAY)] == [early, late]


def test_many_posts_take_few_queries(
    orchard: Orchard, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [orchard.post(f"row {number}", seats=1 + number % 5) for number in range(200)]
    with django_assert_max_num_queries(20):
        ids = actions.publish(rows=rows).ids
    with django_assert_max_num_queries(1):
        posts = reads.posts_of_day(orchard.campaign.id, DAY)
    assert {post.id for post in posts} == set(ids.values())
    with django_assert_max_num_queries(8):  # savepoint, hold, one a distinct count
        actions.take_seats(counts={post.id: post.seats for post in posts})
    assert all(post.seats_free == 0 for post in reads.posts_of_day(orchard.campaign.id, DAY))


@pytest.mark.parametrize(
    ("starts", "ends", "ticked", "night"),
    [
        ((4, 22), (5, 3), False, False),  # 7:00 to 12:00 in Seoul
        ((4, 20, 59), (5, 2), False, True),  # begins at 5:59
        ((4, 21), (5, 2), False, False),  # begins at 6:00 sharp
        ((5, 9), (5, 13), False, False),  # ends at 22:00 sharp
        ((5, 9), (5, 13, 1), False, True),
        ((5, 13), (5, 21), False, True),  # 22:00 to 6:00
        ((5, 7), (5, 15), False, True),  # ends at midnight
        ((4, 22), (5, 3), True, True),  # somebody says so
    ],
)
def test_work_at_night_is_marked_even_where_nobody_ticked_it(
    orchard: Orchard, starts: tuple[int, ...], ends: tuple[int, ...], ticked: bool, night: bool
) -> None:
    at = [
        datetime(2026, 10, 5, tzinfo=UTC) + timedelta(days=day - 5, hours=hour, minutes=sum(minute))
        for day, hour, *minute in (starts, ends)
    ]
    new = orchard.post(starts_at=at[0], ends_at=at[1], night=ticked)

    published = actions.publish(rows=[new])

    assert reads.post(published.ids[new.key]).night is night
    assert actions.publish(rows=[new]).known_count == 1  # the same post again, not another one

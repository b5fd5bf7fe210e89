"""What is too often: by place, by mailbox, by window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory

from dure.base import throttle
from dure.base.counting import Counts
from dure.base.errors import TooManyTries

NOON = datetime(2026, 10, 6, 12, tzinfo=UTC)
PER_HOUR, PER_DAY = throttle.LETTERS


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    throttle.forget()
    yield
    throttle.forget()


def letters(*addresses: str, times: int = 1, now: datetime = NOON) -> None:
    for _ in range(times):
        throttle.count_letters(addresses, now=now)


def place(remote: str, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return throttle.place_of(RequestFactory(REMOTE_ADDR=remote).get("/", headers=headers))


def test_a_family_signs_up_and_a_bomber_is_stopped() -> None:
    letters("family@example.org", times=PER_HOUR.count_max)

    with pytest.raises(TooManyTries) as no:
        letters("family@example.org")
    assert no.value.facts == {"minutes": 60}
    letters("other@example.org")


@pytest.mark.parametrize("same", ["Family@Example.ORG ", "family+2@example.org", "family@example.org"])
def test_one_mailbox_written_in_another_way_is_one_mailbox(same: str) -> None:
    letters("family@example.org", times=PER_HOUR.count_max)

    with pytest.raises(TooManyTries):
        letters(same)


def test_the_hour_turns_and_the_day_still_counts() -> None:
    letters("family@example.org", times=PER_HOUR.count_max)
    later = NOON + timedelta(hours=1)
    letters("family@example.org", times=PER_DAY.count_max - PER_HOUR.count_max, now=later)

    with pytest.raises(TooManyTries) as no:
        letters("family@example.org", now=later)
    assert no.value.facts == {"minutes": 11 * 60}
    letters("family@example.org", now=NOON + timedelta(days=1))


def test_no_address_is_no_mailbox() -> None:
    letters("", times=50)


def test_a_village_behind_one_address_gets_in() -> None:
    (limit,) = throttle.PLACE
    village = RequestFactory(REMOTE_ADDR="192.0.2.7").get("/")
    for _ in range(limit.count_max):
        throttle.count_place(village, now=NOON)

    with pytest.raises(TooManyTries):
        throttle.count_place(village, now=NOON)
    throttle.count_place(RequestFactory(REMOTE_ADDR="192.0.2.8").get("/"), now=NOON)


def test_lost_links_are_counted_by_who_asks_and_for_whom() -> None:
    here, there = (RequestFactory(REMOTE_ADDR=f"192.0.2.{host}").get("/") for host in (7, 8))
    for _ in range(throttle.LINKS[0].count_max):
        throttle.count_link(here, "minji@example.org", now=NOON)
    with pytest.raises(TooManyTries):
        throttle.count_link(here, "Minji+x@example.org", now=NOON)

    throttle.count_link(there, "minji@example.org", now=NOON)
    throttle.count_link(here, "bora@example.org", now=NOON)
    throttle.count_letters(["minji@example.org"], now=NOON)


def test_nobody_names_their_own_place_without_a_proxy_before_us() -> None:
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0

    assert place("192.0.2.7", "203.0.113.1") == "192.0.2.7"


def test_behind_a_proxy_the_place_is_the_one_it_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 1)

    assert place("127.0.0.1", "198.51.100.9, 203.0.113.1") == "203.0.113.1"
    assert place("127.0.0.1") == "127.0.0.1"


def test_an_ipv6_household_is_one_place() -> None:
    assert place("2001:db8:1:2::5") == place("2001:db8:1:2:ffff::9") != place("2001:db8:1:3::5")


def test_a_sign_up_counts_once_it_is_stored_and_not_before() -> None:
    def tries(address: str = "family@example.org", now: datetime = NOON) -> throttle.SignUpTries:
        return throttle.SignUpTries("192.0.2.7", (address, ""), now=now)

    for _ in range(2 * PER_HOUR.count_max):
        with tries() as refused_later:
            refused_later.refuse_too_many()
    for _ in range(PER_HOUR.count_max):
        tries().count()

    with pytest.raises(TooManyTries) as no:
        tries(" Family+2@example.org").refuse_too_many()
    assert no.value.facts == {"minutes": 60}
    tries("other@example.org").refuse_too_many()
    tries(now=NOON + timedelta(hours=1)).refuse_too_many()


@pytest.mark.parametrize(
    "same",
    [
        "+44 7400 123456",
        "+447400123456",
        "+44 (0) 7400-123456",
        "07400 123456",
        "0044 7400 123456",
        "０７４００１２３４５６",
    ],
)
def test_one_number_written_in_another_way_is_one_number(same: str) -> None:
    for _ in range(PER_HOUR.count_max):
        throttle.SignUpTries("192.0.2.7", ("+447400123456",), now=NOON).count()

    with pytest.raises(TooManyTries):
        throttle.SignUpTries("192.0.2.8", (same,), now=NOON).refuse_too_many()


def test_many_that_are_sent_at_the_same_moment_are_not_each_the_first() -> None:
    def tries() -> throttle.SignUpTries:
        return throttle.SignUpTries("192.0.2.7", ("stranger@example.org",), now=NOON)

    with ExitStack() as on_their_way:
        for _ in range(PER_HOUR.count_max):
            on_their_way.enter_context(tries()).refuse_too_many()
        with pytest.raises(TooManyTries), tries() as one_more:
            one_more.refuse_too_many()
        another = throttle.SignUpTries("192.0.2.7", ("other@example.org",), now=NOON)
        on_their_way.enter_context(another).refuse_too_many()

    with tries() as later:
        later.refuse_too_many()
    assert not throttle._ON_THE_WAY


def test_a_school_signs_up_behind_one_address() -> None:
    (limit,) = throttle.SIGN_UPS
    for pupil in range(limit.count_max):
        throttle.SignUpTries("192.0.2.7", (f"pupil{pupil}@example.org",), now=NOON).count()

    with pytest.raises(TooManyTries):
        throttle.SignUpTries("192.0.2.7", ("one.more@example.org",), now=NOON).refuse_too_many()
    throttle.SignUpTries("192.0.2.9", ("one.more@example.org",), now=NOON).refuse_too_many()


def test_counts_are_never_too_low_and_rarely_too_high() -> None:
    counts = Counts(1 << 12)
    told = [counts.add(7, hash(f"asker {number % 1_000}")) for number in range(3_000)]

    assert all(told[number] >= number // 1_000 + 1 for number in range(3_000))
    assert sum(told[number] > number // 1_000 + 1 for number in range(3_000)) < 300
    assert counts.count_of(8, hash("asker 1")) == 0
    assert counts.add(8, hash("asker 1")) == 1


def test_ipv4_seen_through_ipv6_is_the_place_it_is() -> None:
    assert place("::ffff:192.0.2.7") == place("192.0.2.7") != place("::ffff:192.0.2.8")

"""A day solved and published: what is seen when, who is asked, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.rows import insert_columns
from dure.kernel.refusals import NotFound
from dure.movement.matching import actions, reads
from dure.movement.matching.actions import days
from dure.movement.matching.errors import NoPosts, OfferGone, RunExists, RunNotReady
from dure.movement.matching.models import Offer, Run
from dure.movement.needs import reads as needs
from dure.movement.people import actions as people
from tests.movement.matching.farm import DAY, Farm, at, made

NEXT = DAY + timedelta(days=1)


def test_offers_are_seen_and_told_only_once_the_run_is_published(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    run = farm.solve()

    assert (run.placed_count, run.gap_units, run.state) == (1, 0, "solved")
    assert farm.offered() == {}
    assert reads.open_offers(farm.campaign.id, DAY) == []
    assert outbox.tally()["queued"] == 0

    published = actions.publish_run(run_id=run.id, now=at(4), expires_at=at(7))

    assert published.state == "published"
    (offer,) = reads.open_offers(farm.campaign.id, DAY)
    assert farm.offered() == {next(iter(farm.offered())): farm.posts["Pick pears"]}
    assert offer.expires_at == at(7)
    assert actions.tell_offered(now=at(4), count_max=9) == 1
    (notice,) = outbox.claim(now=at(4), count_max=9)
    assert (notice.person_id, notice.kind, notice.facts) == (offer.person_id, "offer", {"day": "2026-10-05"})


def test_an_offer_that_is_not_published_can_neither_be_accepted_nor_declined(farm: Farm) -> None:
    (minji,) = farm.cast("Minji")
    farm.post()
    farm.solve()
    hidden = Offer.objects.get().pk

    with pytest.raises(NotFound):
        actions.accept(actor=farm.me("Minji"), offer_id=hidden, request_id=made("a"), now=at(5))
    with pytest.raises(NotFound):
        actions.decline(actor=farm.me("Minji"), offer_id=hidden, now=at(5))
    assert reads.placements_of(SYSTEM, minji) == []


def test_publishing_twice_changes_nothing(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    first = farm.match()

    again = actions.publish_run(run_id=first.id, now=at(6), expires_at=at(20))

    assert again == first
    assert farm.offer("Minji").expires_at == at(7, 30)


class Power(Exception):
    """It went out."""


@pytest.mark.parametrize("chunk", [0, 1, 2])
def test_a_crash_between_chunks_leaves_nothing_visible_and_the_next_try_is_whole(
    farm: Farm, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    monkeypatch.setattr(days, "CHUNK_ROWS", 1)
    written: list[object] = []

    def failing(*args: object) -> None:
        if len(written) == chunk:
            raise Power
        written.append(args)
        insert_columns(*args)  # type: ignore[arg-type]  # passed on

    with monkeypatch.context() as cut:
        cut.setattr(days, "insert_columns", failing)
        with pytest.raises(Power):
            farm.solve()
    half = Run.objects.get()

    assert (Offer.objects.count(), farm.offered()) == (chunk, {})
    assert reads.run_of(farm.campaign.id, DAY) is None
    with pytest.raises(RunNotReady, match="whole"):
        actions.publish_run(run_id=half.pk, now=at(4), expires_at=at(7))
    whole = farm.match()
    assert whole.input_digest == half.input_digest
    assert len(farm.offered()) == 3
    assert reads.rounds(farm.campaign.id, DAY) == [whole]
    assert Offer.objects.count() == 3


def test_a_writer_that_is_overtaken_publishes_nothing(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    farm.cast("Minji", "Bora")
    farm.post()

    def overtaken(*args: object) -> None:
        monkeypatch.setattr(days, "insert_columns", insert_columns)
        insert_columns(*args)  # type: ignore[arg-type]  # passed on
        farm.match()  # somebody else thinks that this one is dead

    monkeypatch.setattr(days, "insert_columns", overtaken)
    with pytest.raises(RunExists):
        farm.solve()

    assert len(farm.offered()) == 2
    assert Offer.objects.count() == 2


def test_a_run_that_was_not_published_is_made_anew(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    first = farm.solve()
    farm.cast("Bora")

    second = farm.solve()

    assert (first.placed_count, second.placed_count) == (1, 2)
    assert reads.rounds(farm.campaign.id, DAY) == [second]
    assert first.input_digest != second.input_digest


def test_equal_input_gives_an_equal_digest(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post()

    assert farm.solve().input_digest == farm.solve().input_digest


def test_a_published_round_is_not_made_again(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    run = farm.match()

    with pytest.raises(RunExists):
        farm.solve()
    assert reads.rounds(farm.campaign.id, DAY) == [run]
    assert len(farm.offered()) == 1


def test_a_day_without_posts_or_with_full_ones_is_refused(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    with pytest.raises(NoPosts):
        farm.solve()

    farm.post(seats=1)
    farm.match()
    farm.accept(next(iter(farm.offered())))
    with pytest.raises(NoPosts):
        farm.match(round_number=2, now=at(6))


def test_a_settled_day_is_not_matched_again(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=5)
    farm.match()
    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    with pytest.raises(RunNotReady):
        farm.match(round_number=2, now=at(23))


def test_a_second_round_asks_only_who_was_not_asked_and_only_for_free_seats(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", "Dami", "Eunho")
    farm.post(seats=3)
    farm.match()
    first = farm.offered()
    taker, refuser, thinker = first
    farm.accept(taker)
    farm.decline(refuser)

    second = farm.match(round_number=2, now=at(6))

    # One seat is taken, one still offered to somebody who thinks about it, so one is free.
    assert (second.round, second.placed_count, second.seats_by_tier) == (2, 1, (0, 1, 0))
    newly = set(farm.offered()) - set(first)
    assert len(newly) == 1
    assert [offer.state for offer in farm.offers(refuser)] == ["declined"]
    assert farm.offers(thinker)[0].state == "open"
    farm.accept(thinker, now=at(6))
    farm.accept(newly.pop(), now=at(6))
    assert needs.post(farm.posts["Pick pears"]).seats_taken == 3


def test_an_offer_whose_time_is_up_frees_its_seat_for_the_second_round(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    farm.match()
    (late,) = farm.offered()

    assert actions.expire_offers(campaign_id=farm.campaign.id, day=DAY, now=at(7, 29)) == 0
    assert actions.expire_offers(campaign_id=farm.campaign.id, day=DAY, now=at(7, 30)) == 1
    run = farm.solve(round_number=2, now=at(7, 40))
    actions.publish_run(run_id=run.id, now=at(7, 40), expires_at=at(7, 55))

    assert run.placed_count == 1
    assert farm.offers(late)[0].state == "expired"
    (asked,) = set(farm.offered()) - {late}
    assert farm.offers(asked)[0].state == "open"


def test_critical_posts_are_filled_first_even_by_the_far(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("Sort pears", tier=3)
    far = farm.post("Clear the road", tier=1, lat=35.2)

    run = farm.match()

    assert farm.offered() == {"Minji": far}
    assert run.filled_by_tier == (1, 0, 0)
    assert run.seats_by_tier == (2, 0, 2)
    assert run.travel_mean_m == pytest.approx(18_900, abs=100)
    assert farm.offer("Minji").travel_m == run.travel_mean_m


def test_who_waited_longest_comes_first(farm: Farm) -> None:
    farm.cast("Minji", waiting_since=at(0) - timedelta(days=5))
    farm.cast("Bora", waiting_since=at(0) - timedelta(days=40))
    farm.cast("Chul", waiting_since=at(0) - timedelta(days=20))
    farm.post(seats=1)
    farm.match()

    assert list(farm.offered()) == ["Bora"]


def test_a_standing_place_is_honoured_before_the_match(farm: Farm) -> None:
    farm.cast("Minji", "Bora", waiting_since=at(0) - timedelta(days=90))
    farm.cast("Chul", waiting_since=at(0), home_lat=35.2)
    farm.post(seats=1)
    actions.keep_place(
        actor=farm.me("Chul"), person_id=farm.people["Chul"], team_id=farm.teams["Pickers"], until=DAY
    )

    run = farm.match()

    assert (list(farm.offered()), run.standing_count) == (["Chul"], 1)
    with_kept = farm.post(day=NEXT, seats=1)
    assert farm.match(NEXT).standing_count == 0  # it stood until the day before
    assert "Chul" not in {name for name, post in farm.offered(NEXT).items() if post == with_kept}


def test_a_standing_place_breaks_no_rule(farm: Farm) -> None:
    farm.cast("Minji", credentials=())
    farm.post()
    actions.keep_place(
        actor=farm.me("Minji"), person_id=farm.people["Minji"], team_id=farm.teams["Pickers"], until=NEXT
    )

    assert farm.match().placed_count == 0


def test_a_place_is_kept_by_oneself_and_with_a_team_that_exists(farm: Farm) -> None:
    farm.cast("Minji", "Bora")

    with pytest.raises(NotFound):
        actions.keep_place(
            actor=farm.me("Bora"), person_id=farm.people["Minji"], team_id=farm.teams["Pickers"], until=DAY
        )
    with pytest.raises(NotFound):
        actions.keep_place(actor=farm.me("Bora"), person_id=farm.people["Bora"], team_id=10**6, until=DAY)


def test_yesterdays_crew_keeps_its_post_against_somebody_two_kilometres_nearer(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=1, lat=35.05)
    farm.match()
    farm.work("Minji")
    farm.cast("Bora", home_lat=35.04)
    tomorrow = farm.post(seats=1, day=NEXT, lat=35.05)

    farm.match(NEXT)

    assert farm.offered(NEXT) == {"Minji": tomorrow}


def test_who_came_yesterday_to_another_team_has_no_claim(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=1, lat=35.05)
    farm.match()
    farm.work("Minji")
    farm.cast("Bora", home_lat=35.04)
    tomorrow = farm.post(seats=1, day=NEXT, lat=35.05, team="Cooks")

    farm.match(NEXT)

    assert farm.offered(NEXT) == {"Bora": tomorrow}


def test_who_leaves_while_the_day_is_solved_is_offered_nothing(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    minji, _ = farm.cast("Minji", "Bora")
    farm.post()
    solve = getattr(days, "solve")  # noqa: B009 - it is imported there, not exported

    def slow(*args: object, **kwargs: object) -> object:
        people.erase(person_id=minji)
        return solve(*args, **kwargs)

    monkeypatch.setattr(days, "solve", slow)
    farm.match()

    del farm.people["Minji"]
    assert list(farm.offered()) == ["Bora"]


def test_settling_takes_unaccepted_offers_and_their_notices_and_keeps_the_proof(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    run = farm.match()
    actions.tell_offered(now=at(4), count_max=9)
    farm.accept("Minji")
    farm.decline("Bora")

    assert actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22)) == 2
    assert actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(23)) == 0

    assert list(farm.offered()) == ["Minji"]
    assert outbox.tally()["queued"] == 1
    (settled,) = reads.rounds(farm.campaign.id, DAY)
    assert (settled.settled_at, settled.input_digest) == (at(22), run.input_digest)
    assert (settled.value, settled.bound) == (run.value, run.bound)
    with pytest.raises(NotFound):
        actions.accept(actor=farm.me("Minji"), offer_id=10**6, request_id=made("x"), now=at(5))
    with pytest.raises(OfferGone):
        farm.decline("Minji")


class SettlesMeanwhile:
    """Progress of a match in whose middle somebody ends the day."""

    def __init__(self, farm: Farm, step: str) -> None:
        self.farm, self.step = farm, step

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        if step == self.step:
            self.step = ""
            actions.settle(campaign_id=self.farm.campaign.id, day=DAY, now=at(22))


@pytest.mark.parametrize("step", ["proof", "writing"])
def test_a_day_that_is_settled_while_it_is_matched_again_stays_as_it_was(farm: Farm, step: str) -> None:
    farm.cast("Minji")
    farm.post(seats=3)
    farm.match()
    farm.accept("Minji")
    farm.cast("Bora")

    with pytest.raises((RunNotReady, RunExists)):
        actions.run(
            campaign_id=farm.campaign.id,
            day=DAY,
            now=at(6),
            round_number=2,
            progress=SettlesMeanwhile(farm, step),
        )

    assert list(farm.offered()) == ["Minji"]
    assert [offer.state for offer in Offer.objects.all()] == ["accepted"]
    assert [run.round for run in reads.rounds(farm.campaign.id, DAY)] == [1]


def test_a_later_round_that_died_before_it_was_shown_does_not_keep_a_day_from_ending(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=3)
    farm.match()
    farm.accept("Minji")
    farm.cast("Bora")
    farm.solve(round_number=2, now=at(6))

    assert actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22)) == 0

    assert [offer.state for offer in Offer.objects.all()] == ["accepted"]
    assert [run.round for run in reads.rounds(farm.campaign.id, DAY)] == [1]


def test_a_day_with_a_round_in_the_dark_is_not_settled(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.solve()

    with pytest.raises(RunNotReady):
        actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))

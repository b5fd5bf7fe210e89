"""An offer instead of the post that somebody has: yes, no, too late, and what becomes of the old seat."""

from __future__ import annotations

import pytest

from dure.base import outbox
from dure.movement.matching import actions, reads
from dure.movement.matching.errors import OfferGone
from dure.movement.matching.models import Offer, Placement, RunInput
from dure.movement.matching.types import NewAcceptance
from dure.movement.needs import actions as need_actions
from tests.movement.matching.again_cast import EVENING, again, asked, holds, picked, taken, urgent, yes
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at, made


def test_a_no_leaves_everything_as_it_was_and_nobody_asks_them_again_that_day(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    again(farm)

    actions.decline(actor=farm.me("Minji"), offer_id=farm.offers("Minji")[0].id, now=at(6, 30))
    again(farm, at(7))

    assert asked(farm) == {}
    assert holds(farm, "Minji") == ["Pick pears"]
    assert taken(farm) == {"Pick pears": 1, "Sandbags": 0}


def test_an_offer_nobody_answered_stays_and_another_may_be_chosen_instead(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=1, tier=3, **EVENING)
    farm.match()
    urgent(farm)

    again(farm)
    assert asked(farm) == {"Minji": ("Sandbags", "Pick pears")}
    assert [offer.state for offer in farm.offers("Minji")] == ["open", "open"]
    yes(farm, "Minji")

    assert holds(farm, "Minji") == ["Sandbags"]
    assert [offer.state for offer in farm.offers("Minji")] == ["accepted", "declined"]
    assert taken(farm) == {"Pick pears": 0, "Sandbags": 1}


def test_a_post_that_was_called_off_lets_its_people_go_elsewhere(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm, tier=3)
    need_actions.cancel(actor=ORGANISER, post_id=farm.posts["Pick pears"], now=at(5, 30))

    again(farm)
    assert asked(farm) == {"Minji": ("Sandbags", "Pick pears")}
    yes(farm, "Minji")

    assert holds(farm, "Minji") == ["Sandbags"]


def test_the_reasons_of_a_move_do_not_call_their_own_seat_taken(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    again(farm)

    reasons = reads.why_this(farm.me("Minji"), farm.offers("Minji")[0].id)

    told = {reasons.others[other.post].title: other.reason for other in reasons.why.alternatives}
    assert told == {"Pick pears": "less_urgent"}


def test_the_move_is_told_as_what_it_is(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    actions.tell_offered(now=at(4), count_max=9)
    outbox.claim(now=at(5), count_max=9)
    again(farm)

    actions.tell_offered(now=at(6), count_max=9)

    (notice,) = outbox.claim(now=at(6), count_max=9)
    assert (notice.kind, notice.facts) == ("offer_instead", {"day": DAY.isoformat()})


def test_once_the_shift_has_begun_nobody_leaves_it_any_more(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    run = actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=at(6))
    actions.publish_run(run_id=run.id, now=at(6), expires_at=at(19))

    with pytest.raises(OfferGone, match="shift"):
        yes(farm, "Minji", now=at(14))

    assert holds(farm, "Minji") == ["Pick pears"]
    assert taken(farm) == {"Pick pears": 1, "Sandbags": 0}
    assert farm.offers("Minji")[0].state == "open"


def test_asking_twice_moves_once(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    again(farm)
    yes(farm, "Minji")

    yes(farm, "Minji")

    assert taken(farm) == {"Pick pears": 0, "Sandbags": 1}
    assert Placement.objects.exclude(state="withdrawn").count() == 1


def test_who_gave_the_old_seat_back_meanwhile_just_takes_the_new_one(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    again(farm)
    (old,) = reads.placements_of(farm.me("Minji"), farm.people["Minji"])
    actions.withdraw(actor=farm.me("Minji"), placement_id=old.id, now=at(6, 10))

    yes(farm, "Minji")

    assert holds(farm, "Minji") == ["Sandbags"]
    assert taken(farm) == {"Pick pears": 0, "Sandbags": 1}


def test_many_answers_at_once_move_people_too(farm: Farm) -> None:
    picked(farm, "Minji", "Bora")
    urgent(farm, seats=2)
    again(farm)
    rows = [NewAcceptance(farm.offers(name)[0].id, made("bulk", name)) for name in ("Minji", "Bora")]

    assert actions.accept_many(acceptances=rows, now=at(6, 30)) == (2, 0)
    assert taken(farm) == {"Pick pears": 0, "Sandbags": 2}


def test_settling_takes_what_was_gathered_and_whoever_said_no_leaves_nothing(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    again(farm)
    actions.tell_offered(now=at(6), count_max=9)
    actions.decline(actor=farm.me("Minji"), offer_id=farm.offers("Minji")[0].id, now=at(6, 30))

    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    assert RunInput.objects.count() == 0
    assert list(Offer.objects.values_list("post_id", "state")) == [(farm.posts["Pick pears"], "accepted")]

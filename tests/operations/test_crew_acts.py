"""A captain's phone sends what was done without a signal: each act once, in its order, and told in words where not."""

from __future__ import annotations

import base64
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from dure.base.access import SYSTEM
from dure.kernel.refusals import NotFound
from dure.movement.evidence import reads as evidence
from dure.movement.ledger import reads as ledger
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.models import Placement
from dure.movement.needs import actions as needs_actions
from dure.movement.safety import reads as safety
from dure.operations.badges import badge_code, badge_token, placement_of_code
from dure.operations.crew.day import crew_day
from dure.operations.crew.shapes import ACTS_MAX
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at
from tests.operations.crew_phone import act, captain_account, codes, outcomes, placement, send, state


def test_a_clock_that_is_a_year_wrong_does_no_harm(crew: Farm) -> None:
    year = timedelta(days=366)
    came = act("check_in", at(8) - year, placement_id=placement(crew, "Minji"))
    set_between = act("check_in", at(8), placement_id=placement(crew, "Bora"))

    assert outcomes(send(crew, came, now=at(12), sent_at=at(12) - year)) == ["done"]
    assert outcomes(send(crew, set_between, now=at(13), sent_at=at(13) + year)) == ["done"]

    minji, bora = (matching_reads.placements_of(SYSTEM, crew.people[one])[0] for one in ("Minji", "Bora"))
    assert minji.checked_in_at == at(8)
    # The difference is nonsense here, so it is kept to the day of the shift.
    assert bora.checked_in_at == at(0)


def test_what_the_world_did_meanwhile_is_told_in_words(crew: Farm) -> None:
    (done,) = send(crew, act("check_in", placement_id=placement(crew, "Minji")), now=at(9))
    gave_back, is_here, not_there, strange, known = send(
        crew,
        act("check_in", placement_id=placement(crew, "Chul")),
        act("missing", at(9), placement_id=placement(crew, "Minji")),
        act("check_in", code="ZZZZZZ"),
        act("check_in", badge="12.forged-by-hand"),
        act("check_in", at(10), placement_id=placement(crew, "Minji")),
    )

    assert (done.outcome, known.outcome) == ("done", "known")
    assert [one.outcome for one in (gave_back, is_here, not_there, strange)] == ["conflict"] * 4
    assert str(gave_back.refusal).startswith("Chul gave this place back")
    assert str(is_here.refusal) == "Minji was checked in at 08:00, so nobody is missing here."
    assert str(not_there.refusal) == str(strange.refusal)
    assert state(crew, "Minji") == "present"


def test_a_seat_given_away_meanwhile_leaves_both_welcome(crew: Farm) -> None:
    bora = placement(crew, "Bora")
    assert outcomes(send(crew, act("missing", at(9), placement_id=bora), now=at(9))) == ["done"]
    needs_actions.take_seats(counts={crew.posts["Pick pears"]: 2})  # Chul's seat and hers go to others

    (came,) = send(crew, act("check_in", at(10), placement_id=bora))

    assert (came.outcome, came.facts["note"]) == ("done", "seat_given")
    assert came.note == "Their seat was given to somebody else meanwhile; both are welcome."
    assert state(crew, "Bora") == "present"
    undone, again = send(
        crew, act("undo_check_in", placement_id=bora), act("undo_check_in", placement_id=bora)
    )
    assert (undone.outcome, again.outcome, state(crew, "Bora")) == ("done", "known", "no_show")


def test_a_shift_that_was_called_off_takes_only_who_came_before(crew: Farm) -> None:
    needs_actions.cancel(actor=ORGANISER, post_id=crew.posts["Pick pears"], now=at(9))

    before, after = send(
        crew,
        act("check_in", at(8), placement_id=placement(crew, "Minji")),
        act("check_in", at(10), placement_id=placement(crew, "Bora")),
    )

    assert (before.outcome, after.outcome) == ("done", "conflict")
    assert str(after.refusal).startswith("This shift was called off at 09:00.")


def test_work_is_written_once_by_two_phones_and_ends_when_it_was_written(crew: Farm) -> None:
    minji, post = placement(crew, "Minji"), crew.posts["Pick pears"]
    wrote = act("work", at(12), post_id=post, minutes=480, output={str(crew.indicators["pears"]): "120.5"})
    nothing = act("work", at(13), post_id=post, minutes=60, output={str(crew.indicators["pears"]): "0"})
    came = act("check_in", at(8), placement_id=minji)

    first = send(crew, came, wrote)
    second = send(crew, came, wrote, act("undo_check_in", at(13), placement_id=minji), nothing)

    assert outcomes(first) == ["done", "done"]
    assert outcomes(second) == ["known", "known", "conflict", "done"]
    assert codes(second)[2] == "hours_written"
    assert sorted(one.quantity_milli for one in ledger.entries(ORGANISER, crew.campaign.id)) == [
        8_000,
        120_500,
    ]
    assert matching_reads.placements_of(SYSTEM, crew.people["Minji"])[0].checked_out_at == at(12)


def test_hostile_acts_are_refused_one_by_one_and_the_rest_is_done(crew: Farm) -> None:
    crew.post("Cook", team="Cooks", seats=1)
    crew.person("Jin")
    other = Placement.objects.create(
        request_id=uuid4(),
        post_id=crew.posts["Cook"],
        person_id=crew.people["Jin"],
        day=DAY,
        accepted_at=at(5),
    )
    reused = act("missing", at(9), placement_id=placement(crew, "Bora"))
    pears = str(crew.indicators["pears"])
    bad = [
        act("check_in", placement_id=other.pk),
        act("check_in", badge=badge_token(other.pk)),
        act("check_in", code=badge_code(other.pk)),
        act("check_in"),
        act("undo_check_in", placement_id=2**70),
        act("work", post_id=crew.posts["Cook"], minutes=60),
        act("work", post_id=crew.posts["Pick pears"], minutes=0),
        act("work", post_id=crew.posts["Pick pears"], minutes=60, output={"abc": "1"}),
        act("work", post_id=crew.posts["Pick pears"], minutes=60, output={pears: "1e999"}),
        act("help", words="a\x00b"),
        act("fly"),
        {**reused, "placement_id": placement(crew, "Minji")},
        {"id": "x" * 900},
        {**act("check_in", placement_id=1), "at": "2026-10-05T08:00:00"},
    ]

    results = send(crew, reused, *bad, act("check_in", placement_id=placement(crew, "Minji")))

    assert (results[0].outcome, results[-1].outcome) == ("done", "done")
    assert set(outcomes(results[1:-1])) <= {"refused", "conflict"}
    assert codes(results)[12] == "command_reused"
    assert len(results[13].id) == 64
    assert matching_reads.placement_for(SYSTEM, other.pk).state == "accepted"
    with pytest.raises(NotFound):
        send(crew, actor=crew.captain("Cooks"))


def test_more_acts_than_one_request_carries_wait_on_the_phone(crew: Farm) -> None:
    came = act("check_in", placement_id=placement(crew, "Minji"))

    results = send(crew, *[came] * (ACTS_MAX + 3))

    assert outcomes(results) == ["done", *["known"] * (ACTS_MAX - 1), *["later"] * 3]


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (10, 120, 40)).save(out, format="JPEG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_photograph_and_an_incident_are_kept_once_by_their_ids(crew: Farm) -> None:
    captain = captain_account(crew)
    post = crew.posts["Pick pears"]
    acts = [
        act("photo", at(9), post_id=post, wiped=True, jpeg=picture()),
        act("photo", at(9), post_id=post, wiped=True, jpeg="no base64!"),
        act("photo", at(9), post_id=post, wiped=True, jpeg=base64.b64encode(b"no picture").decode()),
        act("incident", at(10), post_id=post, what="injury", severity="light", words="A cut.", people_hurt=1),
        act("incident", at(10), what="plague", severity="light", words="?"),
    ]

    first, second = (send(crew, *acts, actor=captain, now=at(11)) for _ in range(2))

    assert outcomes(first) == ["done", "refused", "refused", "done", "refused"]
    assert outcomes(second) == ["known", "refused", "refused", "known", "refused"]
    (kept,) = evidence.of_post(captain, post)
    assert (kept.taken_at, kept.digest) == (at(9), first[0].facts["digest"])
    (told,) = safety.log(actor=ORGANISER, campaign=crew.campaign, today=DAY).incidents
    assert (told.kind, told.happened_at, told.people_hurt) == ("injury", at(10), 1)


def test_the_day_of_a_phone_asks_as_often_however_large_the_crew(
    crew: Farm, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(24):
        day = crew_day(crew.captain(), crew.teams["Pickers"], None, at(9))

    assert day.facts["day"] == DAY.isoformat()
    (post,) = day.facts["posts"]
    assert sorted(one["given_name"] for one in post["crew"]) == ["Bora", "Minji"]
    assert day.version == crew_day(crew.captain(), crew.teams["Pickers"], None, at(9, 5)).version


def test_the_day_of_a_phone_is_that_of_the_place(crew: Farm) -> None:
    """At seven in the morning in Seoul it is still the day before in Greenwich."""
    crew.post("Yesterday's pears", day=DAY - timedelta(days=1))

    assert crew_day(crew.captain(), crew.teams["Pickers"], None, at(7)).facts["day"] == DAY.isoformat()


def test_a_code_is_read_however_it_is_typed() -> None:
    code = badge_code(7)

    assert placement_of_code(f" {code[:3].lower()}-{code[3:]} ", [5, 6, 7]) == 7
    for none in ("", "0000", code):
        with pytest.raises(NotFound):
            placement_of_code(none, [5, 6])

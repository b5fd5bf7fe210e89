"""Nobody is bombed with letters, no door is rushed, and no match begins before its lots are promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from dure.base import throttle
from dure.base.access import SYSTEM, actor_of
from dure.base.counting import Counts
from dure.base.throttle import LETTERS, Limit
from dure.movement.audit import reads as audit
from dure.movement.calls import reads as calls
from dure.movement.campaigns import actions as campaigns
from dure.movement.gifts import reads as gifts
from dure.movement.matching import reads as matching
from dure.operations.match_job import run_match
from tests.web.cast import NOW, TODAY, Cast
from tests.web.test_joining import form, id_in

JOIN, GIVE = "/c/harvest/join/", "/c/harvest/give/"


def join(cast: Cast, **changes: object) -> tuple[int, str]:
    client = Client()
    answer = client.post(JOIN, form(cast, client.get(JOIN).text, **changes))
    return answer.status_code, answer.text


def signed_up(cast: Cast) -> int:
    return calls.tally(cast.campaign_id).signed_up_count


@pytest.mark.parametrize("email", ["minji@example.org", "new@example.org"])
def test_one_address_signs_up_a_family_and_no_more_known_or_not(cast: Cast, email: str) -> None:
    before = signed_up(cast)
    most = LETTERS[0].count_max
    assert {join(cast, email=email)[0] for _ in range(most)} == {302}

    status, page = join(cast, email=email, given_name="Sunhee")

    assert status == 429
    assert "Too many tries" in page
    assert 'value="Sunhee"' in page  # what was filled in is kept
    assert signed_up(cast) == before + most


def test_a_guardian_is_not_bombed_either(cast: Cast) -> None:
    young = {"birth_year": 2010, "guardian_email": "parent@example.org"}
    for n in range(LETTERS[0].count_max):
        assert join(cast, email=f"young-{n}@example.org", **young)[0] == 302

    assert join(cast, email="another@example.org", **young)[0] == 429
    assert join(cast, email="another@example.org")[0] == 302


def test_one_place_signs_up_and_gives_only_so_often(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_PLACES", ((Limit(2, 60), Counts(1 << 10)),))
    monkeypatch.setattr(throttle, "_SIGN_UPS", ((Limit(1, 60), Counts(1 << 10)),))
    assert join(cast, email="one@example.org")[0] == 302
    client = Client()
    gift = {
        "item": "Sickles",
        "indicator": cast.indicators["tools"],
        "quantity_milli": "12",
        "town": cast.areas["Suwon"],
    }

    answers = [client.post(GIVE, gift | {"client_id": id_in(client.get(GIVE).text)}) for _ in range(3)]

    assert [one.status_code for one in answers] == [302, 302, 429]
    assert 'value="Sickles"' in answers[-1].text
    assert len(gifts.offers(SYSTEM, cast.campaign_id)) == 2
    assert join(cast, email="two@example.org")[0] == 429


def match_form(**changes: object) -> dict[str, object]:
    return {"day": TODAY.isoformat(), "round_number": 2, "kept_hours": 2} | changes


def test_the_lots_are_promised_before_the_match(
    cast: Cast, organiser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TODAY not in {lot.day for lot in audit.lots(cast.campaign_id)}

    def at_once(words: Sequence[str], job_id: UUID) -> None:
        """What the process beside the site does, here and now."""
        run_match(
            campaign_id=cast.campaign_id,
            day=TODAY,
            now=NOW,
            expires_at=NOW + timedelta(hours=2),
            round_number=2,
            job_id=job_id,
        )

    monkeypatch.setattr("dure.operations.match_job.launch", at_once)
    assert organiser.post("/desk/harvest/match/", match_form()).status_code == 302

    (lot,) = [one for one in audit.lots(cast.campaign_id) if one.day == TODAY]
    assert lot.indicator_id == cast.indicators["rice"]
    assert lot.drawn_at is None


def test_a_campaign_that_ended_is_matched_no_more(cast: Cast, organiser: Client) -> None:
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    answer = organiser.post("/desk/harvest/match/", match_form())

    assert answer.status_code == 409
    assert len(matching.rounds(cast.campaign_id, TODAY)) == 1


def test_a_day_without_work_gets_no_lots(cast: Cast, organiser: Client) -> None:
    before = audit.lots(cast.campaign_id)

    assert organiser.post("/desk/harvest/match/", match_form(day="2026-10-20")).status_code == 404
    assert audit.lots(cast.campaign_id) == before


def test_who_worked_with_a_team_stays_with_it_until_a_day(cast: Cast, minji: Client) -> None:
    north = cast.teams["North"]
    assert "/my/stay/" in minji.get("/my/").text

    said = minji.post("/my/stay/", {"team": north, "until": "2026-10-20"}, follow=True)

    assert "You stay with North until" in said.text
    kept = matching.kept_place(actor_of(person_id=cast.people["Minji"]), cast.people["Minji"])
    assert kept is not None
    assert (kept.team_id, kept.until.isoformat()) == (north, "2026-10-20")
    assert "So far: North" in minji.get("/my/stay/").text
    minji.post("/my/stay/", {"team": north, "until": TODAY.isoformat()})
    moved = matching.kept_place(SYSTEM, cast.people["Minji"])
    assert moved is not None
    assert moved.until == TODAY


@pytest.mark.parametrize(
    ("team", "until"),
    [("North", "2026-11-01"), ("North", "2026-10-05"), ("South", "2026-10-20"), ("North", "")],
)
def test_nobody_stays_after_the_end_before_today_or_with_strangers(
    cast: Cast, minji: Client, team: str, until: str
) -> None:
    answer = minji.post("/my/stay/", {"team": cast.teams[team], "until": until})

    assert answer.status_code == 422
    assert matching.kept_place(SYSTEM, cast.people["Minji"]) is None


def test_whose_shift_has_just_ended_reads_of_it_and_not_of_nothing(cast: Cast, minji: Client) -> None:
    with time_machine.travel(NOW + timedelta(hours=9), tick=False):
        page = minji.get("/my/").text

    assert "You have a post on 6 October 2026." in page


def test_who_worked_finds_the_way_to_stay_in_their_record_and_others_do_not(
    minji: Client, bora: Client
) -> None:
    assert "/my/stay/" in minji.get("/my/record/").text
    assert "/my/stay/" not in bora.get("/my/record/").text
    assert bora.get("/my/stay/").status_code == 404


def test_a_limit_says_when_it_is_over(cast: Cast) -> None:
    """A page that came again every few seconds until then would only be turned away (join.js shows it instead)."""
    for _ in range(LETTERS[0].count_max):
        assert join(cast)[0] == 302
    client = Client()

    answer = client.post(JOIN, form(cast, client.get(JOIN).text))

    assert answer.status_code == 429
    assert f"Wait {int(answer.headers['Retry-After']) // 60} minutes" in answer.text


def test_a_guardian_of_many_is_counted_a_letter_for_each(cast: Cast) -> None:
    young = {"with-TOTAL_FORMS": 4, "with-INITIAL_FORMS": 0, "guardian_email": "parent@example.org"}
    for place in range(4):
        young |= {f"with-{place}-given_name": "Young", f"with-{place}-birth_year": 2010}
    heard = [join(cast, email=f"family-{n}@example.org", **young)[0] for n in range(3)]

    assert LETTERS[0].count_max == 4 * 2
    assert heard == [302, 302, 429]

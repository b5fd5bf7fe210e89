"""The closing report: good and bad in one size, sealed, and checked by whoever keeps the file."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils.translation import override

from dure.base.access import ANONYMOUS, SYSTEM
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import breaks
from dure.movement.campaigns.errors import ReportEarly
from dure.movement.campaigns.models import ClosingReport as Kept
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import statements
from dure.operations import closing_report
from dure.operations.closing_pages import body, whole_page
from dure.operations.closing_print import printed
from dure.operations.closing_report import SEALED_CLOSE, ClosingReport, check, make, sealed_text
from tests.movement.standings.valley import NOW, Valley, build

STORM = "A storm took the rest of the crop."


@pytest.fixture
def valley(db: None) -> Valley:
    """Gimje brought in 1,020 of 1,000 kg, Iksan 1,200 of 3,000, Naju nothing; of Iksan one entry was too much."""
    built = build(indicators=("harvest",))
    for town, kilograms in (("Gimje", 1_020), ("Iksan", 1_200)):
        built.team(f"{town} hands", town)
        for person_id in built.persons([f"{town}{number}" for number in range(12)]):
            built.brought_in(f"{town} hands", town, kilograms // 12, person_id=person_id)
    wrong = built.brought_in("Iksan hands", "Iksan", 50)
    ledger.correct(index=wrong.index, client_id=built.id(), difference_milli=-20_000, now=NOW)
    return built


def over(reason: str = STORM) -> None:
    breaks.pause(actor=SYSTEM, slug="harvest", reason="Rain.", now=NOW)
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW + timedelta(days=2), reason=reason)


def made(valley: Valley) -> ClosingReport:
    over()
    return make(actor=SYSTEM, slug="harvest", now=NOW + timedelta(days=3))


def test_it_says_shortfalls_and_corrections_in_the_same_table_as_what_was_reached(valley: Valley) -> None:
    report = made(valley)

    (one,) = report.facts["indicators"]
    by_place = {place["name"]: place["figure"] for place in one["places"]}
    assert (by_place["Gimje"]["missing_milli"], by_place["Iksan"]["missing_milli"]) == (0, 1_770_000)
    assert by_place["Gimje"]["denominator"].startswith("Survey of Gimje")
    assert one["corrected"] == {
        "corrected_count": 1, "corrected_milli": -20_000, "withdrawn_count": 0, "withdrawn_milli": 0
    }  # fmt: skip
    assert report.facts["campaign"]["closing_reason"] == STORM
    assert [one["reason"] for one in report.facts["breaks"]] == ["Rain."]
    page = body(report)
    for said in ("1,770", STORM, "Rain.", "-20 kg", "Survey of Gimje", 'class="grade claimed"'):
        assert said in page


def test_it_says_what_was_made_beyond_the_norm_and_that_nothing_explains_it(db: None) -> None:
    built = build(indicators=("harvest", "hours", "saved"), daily_norm_milli=50_000)
    built.team("Gimje hands", "Gimje")
    built.worked("Gimje hands", "Gimje", 8, crew=built.persons([f"Hand{number}" for number in range(12)]))
    built.brought_in("Gimje hands", "Gimje", 800)
    built.put_by("Gimje hands", "Gimje", 150)

    report = made(built)

    found = report.facts["indicators"][0]["productivity"]
    assert (found["meant_milli"], found["beyond_milli"]) == (600_000, 200_000)
    assert (found["booked_milli"], found["unexplained_milli"]) == (150_000, 50_000)
    assert (found["booked_verified_milli"], found["unexplained_verified_milli"]) == (None, None)
    assert report.facts["indicators"][0]["total"]["claimed_milli"] == 800_000  # no saving is output
    page = body(report)
    for said in ("1.33 times as much", "Explained by nothing", "Explained by booked savings", ">50</td>"):
        assert said in page
    assert report.facts["indicators"][1]["productivity"] is None
    # Reports from before it was reckoned are read all the same.
    for one in report.facts["indicators"]:
        del one["productivity"]
    assert "Explained by nothing" not in body(report)


def test_what_was_not_recounted_is_unknown_and_never_the_claim(valley: Valley) -> None:
    report = made(valley)

    assert report.facts["indicators"][0]["total"]["verified_milli"] is None
    assert 'class="grade unknown"' in body(report)
    assert "1,770</td>" in body(report)


def test_a_kept_report_is_found_whole_ours_and_of_a_state_that_stands(valley: Valley) -> None:
    report = made(valley)

    for text in (sealed_text(report), f"a letter with\n{sealed_text(report)}in it"):
        found = check(slug="harvest", text=text)
        assert (found.holds, found.digest, found.changes) == (True, report.digest, ())


def test_one_changed_figure_breaks_the_seal(valley: Valley) -> None:
    text = sealed_text(made(valley))

    for forged in (
        text.replace("1230000", "3000000"),
        text.replace(STORM, "All was well."),
        text.replace("few_people", "above_105") if "few_people" in text else text.replace("Naju", "Maju"),
    ):
        assert forged != text
        found = check(slug="harvest", text=forged)
        assert (found.is_whole, found.holds) == (False, False)


def test_a_seal_by_another_hand_is_not_ours(valley: Valley) -> None:
    report = made(valley)
    signature = report.seal.rsplit(" ", 1)
    foreign = f"{signature[0]} {'A' * len(signature[1].strip())}\n"

    found = check(slug="harvest", text=sealed_text(report).replace(report.seal, foreign))

    assert (found.is_ours, found.holds) == (False, False)
    assert statements.stated("dure-closing-report-1", report.facts["log"]["checkpoint"]) is None


def test_a_correction_that_comes_later_is_told_and_the_report_still_holds(valley: Valley) -> None:
    report = made(valley)
    late = NOW + timedelta(days=4)
    ledger.correct(index=0, client_id=valley.id(), difference_milli=-5_000, now=late)

    found = check(slug="harvest", text=sealed_text(report))

    assert found.holds
    assert any("total.claimed_milli: 2250000 then, 2245000 now" in line for line in found.changes)
    newer = make(actor=SYSTEM, slug="harvest", now=late)
    assert newer.digest != report.digest
    assert Kept.objects.count() == 2


def test_made_again_while_nothing_has_changed_it_is_the_same(valley: Valley) -> None:
    report = made(valley)
    valley_grows_elsewhere = NOW + timedelta(days=5)

    assert make(actor=SYSTEM, slug="harvest", now=valley_grows_elsewhere) == report
    assert Kept.objects.count() == 1


def test_while_a_campaign_runs_it_has_no_report(valley: Valley) -> None:
    with pytest.raises(ReportEarly):
        make(actor=SYSTEM, slug="harvest", now=NOW)
    over()
    for actor in (ANONYMOUS, valley.organiser("Chul", "Jeonnam")):
        with pytest.raises((NotAllowed, NotFound)):
            make(actor=actor, slug="harvest", now=NOW)
    assert closing_report.newest(valley.campaign_id) is None


@pytest.mark.parametrize(
    "text", ["", "nothing", f"-----BEGIN DURE CLOSING REPORT-----\n[1]\n\nx{SEALED_CLOSE}", SEALED_CLOSE]
)
def test_what_holds_no_report_is_refused(valley: Valley, text: str) -> None:
    over()
    with pytest.raises(BadInput):
        check(slug="harvest", text=text)


def test_the_page_and_the_print_hold_what_people_wrote_as_text(valley: Valley) -> None:
    over("<script>alert(1)</script> & 비가 왔습니다")
    report = make(actor=SYSTEM, slug="harvest", now=NOW + timedelta(days=3))

    page = whole_page(report)

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    first = printed(report)
    assert first.startswith(b"%PDF-")
    assert first == printed(report)
    assert b"HYSMyeongJo" in first


def test_what_is_held_is_named_without_its_figure(valley: Valley) -> None:
    valley.team("Naju hands", "Naju")
    valley.brought_in("Naju hands", "Naju", 2_345)
    report = made(valley)

    assert [one["place"] for one in report.facts["held"]] == ["Naju"]
    for language in ("en", "ko"):
        with override(language):
            page = body(report)
        assert "Naju" in page
        assert "2,345" not in page
        assert printed(report)


def test_in_korean_every_heading_is_korean(valley: Valley) -> None:
    report = made(valley)
    with override("ko"):
        page = whole_page(report)

    assert '<html lang="ko"' in page
    assert "The seal" not in page
    assert "Reported" not in page


def test_the_facts_are_canonical_json(valley: Valley) -> None:
    report = made(valley)

    assert closing_report.canonical(json.loads(report.text)) == report.text

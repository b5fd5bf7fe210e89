"""The match on the desk: started beside the site, watched, stopped, and never shown as running when it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from dure.base import jobs
from dure.base.errors import Stopped
from dure.base.jobs import SILENT_MAX, JobProgress
from dure.base.models import Job
from dure.operations.day import match_day
from dure.operations.match_job import match_of
from tests.web.cast import NOW, TODAY, Cast
from tests.web.visitors import visitor

START = "/desk/harvest/match/"
FORM = {"day": TODAY.isoformat(), "round_number": 2, "kept_hours": 2}


LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def later(cast: Cast) -> Iterator[None]:
    """Five minutes after the cast's first match."""
    with time_machine.travel(LATER, tick=False):
        yield


def _start(organiser: Client, **changed: object) -> HttpResponse:
    return organiser.post(START, FORM | changed)  # type: ignore[return-value]  # a test's response is one too


def _running(cast: Cast) -> UUID:
    found = match_of(cast.campaign_id, TODAY)
    assert found is not None
    assert found.is_running
    return found.id


def test_pressing_match_starts_a_process_and_shows_its_page(
    organiser: Client, cast: Cast, launched: list[list[str]]
) -> None:
    answer = _start(organiser)

    job_id = _running(cast)
    assert answer["Location"] == f"{START}{job_id}/"
    (words,) = launched
    assert words[:2] == ["match", "run"]
    assert words[2:] == [
        *("--campaign", "harvest", "--day", "2026-10-06", "--round", "2"),
        *("--answer-hours", "2", "--job", str(job_id)),
    ]


def test_a_second_start_says_who_is_at_it_and_starts_nothing(
    organiser: Client, cast: Cast, launched: list[list[str]]
) -> None:
    _start(organiser)
    JobProgress(_running(cast)).advance(1, 3, "auction")

    again = _start(organiser)

    assert again.status_code == 409
    assert "Organiser started this at 00:35 UTC" in again.text
    assert "auction" in again.text
    assert len(launched) == 1


def test_a_round_that_was_published_and_a_day_without_posts_start_nothing(
    organiser: Client, launched: list[list[str]]
) -> None:
    assert _start(organiser, round_number=1).status_code == 409
    assert _start(organiser, day="2026-10-20").status_code == 404
    assert launched == []


def test_the_page_of_a_match_refreshes_itself_while_it_runs_and_says_where_it_is(
    organiser: Client, cast: Cast
) -> None:
    _start(organiser)
    job_id = _running(cast)
    page = organiser.get(f"{START}{job_id}/")
    assert page["Refresh"] == "15"
    assert "How much memory it needs is known once everybody is read." in page.text

    JobProgress(job_id).advance(1_250, 5_000, "pairs", bytes_needed=1_100_000_000)
    page = organiser.get(f"{START}{job_id}/")
    assert 'role="status"' in page.text
    assert 'max="5000" value="1250"' in page.text
    assert "Finding who can go where" in page.text
    assert "1,250 of 5,000" in page.text
    assert "It needs about 1.1 GB of memory." in page.text


def test_whoever_holds_the_page_still_finds_the_way_first_and_keeps_it_still_when_they_stop_the_match(
    organiser: Client, cast: Cast
) -> None:
    _start(organiser)
    page = f"{START}{_running(cast)}/"
    assert re.search(r'class="crumbs">.*</p>\s*<p class="small"><a href="\?still">', organiser.get(page).text)

    held = organiser.get(f"{page}?still")
    assert "Refresh" not in held.headers
    assert f'action="{page}stop/?still"' in held.text
    assert organiser.post(f"{page}stop/?still")["Location"] == f"{page}?still"
    assert organiser.post(f"{page}stop/")["Location"] == page


def test_a_match_shows_its_own_run_and_not_one_that_came_later(organiser: Client, cast: Cast) -> None:
    match_day(
        campaign_id=cast.campaign_id,
        day=TODAY,
        now=LATER,
        expires_at=LATER + timedelta(hours=2),
        round_number=2,
    )
    second = match_of(cast.campaign_id, TODAY)
    assert second is not None

    runs = {
        job_id: organiser.get(f"{START}{job_id}/").context["card"].run.round
        for job_id in (cast.match_job_id, second.id)
    }

    assert runs == {cast.match_job_id: 1, second.id: 2}


def test_a_match_that_died_after_publishing_says_that_nothing_needs_doing(
    organiser: Client, cast: Cast
) -> None:
    Job.objects.filter(pk=cast.match_job_id).update(state="failed", note="It ended without a word.")
    page = organiser.get(f"{START}{cast.match_job_id}/").text
    assert "Nothing needs doing" in page
    assert "Starting it again" not in page

    _start(organiser)
    later = _running(cast)
    jobs.fail(job_id=later, note="It ended without a word.")
    assert "Nothing of it was published." in organiser.get(f"{START}{later}/").text


def test_what_the_last_match_needed_is_said_before_the_next_is_started(organiser: Client, cast: Cast) -> None:
    _start(organiser)
    job_id = _running(cast)
    JobProgress(job_id).advance(2_400_000_000, 0, "memory", bytes_needed=2_400_000_000)
    page = organiser.get(f"{START}{job_id}/").text
    assert "It needs about 2.4 GB of memory." in page
    assert "2,400,000,000" not in page

    jobs.fail(job_id=job_id, note="Over.")

    assert "The last one needed about 2.4 GB of memory" in organiser.get("/desk/harvest/").text


def test_the_desk_shows_a_running_match_instead_of_the_button(organiser: Client, cast: Cast) -> None:
    assert f'action="{START}again/"' in organiser.get("/desk/harvest/").text
    _start(organiser)

    desk = organiser.get("/desk/harvest/").text

    assert f'action="{START}again/"' not in desk
    assert f"{START}{_running(cast)}/" in desk


def test_a_stop_is_asked_for_and_shown_and_stops_the_work_at_its_next_step(
    organiser: Client, cast: Cast
) -> None:
    _start(organiser)
    job_id = _running(cast)

    organiser.post(f"{START}{job_id}/stop/")

    assert "Stopping at the next step" in organiser.get(f"{START}{job_id}/").text
    stopped = False
    try:
        with jobs.job(kind="match", now=NOW, job_id=job_id) as progress:
            progress.advance(1, 3, "pairs")
    except Stopped:
        stopped = True
    assert stopped
    assert "Stopped as asked" in organiser.get(f"{START}{job_id}/").text
    assert "Stopped as asked" in organiser.get("/desk/harvest/").text


def test_a_match_that_is_over_shows_what_came_out_and_a_stop_does_nothing(
    organiser: Client, cast: Cast
) -> None:
    page = organiser.get(f"{START}{cast.match_job_id}/")

    assert "proven best: gap 0" in page.text
    assert "Refresh" not in page.headers
    organiser.post(f"{START}{cast.match_job_id}/stop/")
    assert "This match is over already." in organiser.get("/desk/harvest/").text


def test_a_refusal_stands_on_the_page_in_its_own_words(organiser: Client, cast: Cast) -> None:
    _start(organiser)
    job_id = _running(cast)
    jobs.fail(job_id=job_id, note="Round 2 of the day was matched already.")

    for page in (organiser.get(f"{START}{job_id}/"), organiser.get("/desk/harvest/")):
        assert "Round 2 of the day was matched already." in page.text


def test_a_match_whose_process_died_has_failed_and_another_can_be_started(
    cast: Cast, launched: list[list[str]]
) -> None:
    organiser = visitor("organiser", cast)
    _start(organiser)
    dead = _running(cast)
    # A minute of silence: the process writes every few seconds, whatever it does.
    with time_machine.travel(LATER + SILENT_MAX + timedelta(seconds=1), tick=False):
        page = organiser.get(f"{START}{dead}/")
        assert "did not come to an end" in page.text
        assert "It ended without a word" in page.text
        assert "Refresh" not in page.headers

        _start(organiser)
        assert _running(cast) != dead
    assert len(launched) == 2


def test_another_campaigns_match_looks_like_none(organiser: Client, cast: Cast) -> None:
    other = jobs.start(kind="match", about=f"{cast.campaign_id + 1}:{TODAY}", now=NOW)
    strange = jobs.start(kind="another", about=f"{cast.campaign_id}:{TODAY}", now=NOW)

    for job_id in (other, strange):
        assert organiser.get(f"{START}{job_id}/").status_code == 404
        assert organiser.post(f"{START}{job_id}/stop/").status_code == 404
    assert jobs.ask_to_stop(other)


def test_a_regional_organiser_neither_starts_nor_watches_nor_stops(
    cast: Cast, launched: list[list[str]]
) -> None:
    regional = visitor("regional organiser", cast)

    assert regional.post(START, FORM).status_code == 403
    assert regional.get(f"{START}{cast.match_job_id}/").status_code == 403
    assert regional.post(f"{START}{cast.match_job_id}/stop/").status_code == 403
    assert launched == []

"""The demo: a whole day on real towns, the same for the same seed, and taken up where it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from dure.base.access import actor_of
from dure.base.home import home
from dure.movement.audit import reads as audit
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.matching import reads as matching
from dure.operations import demo, demo_mode
from dure.operations.demo import DemoOther, Played, turn
from tests.conftest import forget_signed_notes

NOW = datetime(2026, 10, 6, 1, tzinfo=UTC)  # 10:00 in Seoul
STEPS = (
    *("towns", "people", "call", "needs", "opening", "match", "answers", "second round", "second answers"),
    *("work", "gift", "settle", "recount", "standings", "practice", "nomination"),
)
Play = Callable[..., Played]


class Power(Exception):
    """It went out."""


@pytest.fixture
def play(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Plays on a home of its own: 300 people of Korea, without the day to play with, unless told otherwise."""
    monkeypatch.setattr(demo, "home", lambda: tmp_path)

    def one(**other: object) -> Played:
        wanted: dict[str, object] = {
            "country_code": "KR",
            "people_count": 300,
            "seed": 7,
            "now": NOW,
            "with_live_day": False,
        }
        return demo.play(**(wanted | other))  # type: ignore[arg-type]  # a table of facts, some changed

    return one


def lasting(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures without what the machine or fresh salts decide."""
    kept = {
        name: value for name, value in figures.items() if name not in {"seconds", "peak_rss_gb", "ledger"}
    }
    return kept | {"size": figures["ledger"]["size"]}


def test_a_whole_day_is_played_and_every_step_has_its_figure(play: Play) -> None:
    figures = play().figures

    assert set(figures) == {
        *("people", "posts", "seats", "placed", "filled_by_tier", "gap_units", "accepted", "no_shows"),
        *("entries", "ledger", "seconds", "peak_rss_gb"),
    }
    assert tuple(figures["seconds"]) == STEPS
    assert figures["people"] == 300
    assert figures["gap_units"] == 0
    assert 0 < figures["placed"] == sum(figures["filled_by_tier"]) <= figures["seats"]
    assert 0 < figures["no_shows"] < figures["accepted"]
    assert figures["ledger"]["size"] > figures["entries"] > 0  # gift and recounts come on top
    assert len(bytes.fromhex(figures["ledger"]["root"])) == 32


def test_the_ledger_of_the_demo_is_sound_and_signed_to_its_end(play: Play) -> None:
    played = play()

    assert ledger.verify() == []
    signed = ledger.latest_checkpoint()
    assert signed is not None
    assert signed.size == ledger.size() == played.figures["ledger"]["size"]
    assert signed.root.hex() == played.figures["ledger"]["root"]


def test_what_was_drawn_was_recounted(play: Play) -> None:
    played = play()
    campaign = campaigns.campaign(played.campaign_slug)
    auditor = next(login for login in played.logins if login.role == "auditor")

    draws = audit.draws_for(actor_of(account_id=auditor.id), campaign.id)
    assert len(draws) >= 10
    assert {draw.found_milli is None for draw in draws} == {False}


def test_equal_seeds_give_equal_figures_and_another_seed_others(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fresh(name: str, **other: object) -> dict[str, Any]:
        (tmp_path / name).mkdir()
        monkeypatch.setattr(demo, "home", lambda: tmp_path / name)
        with transaction.atomic():
            figures = play(**other).figures
            transaction.set_rollback(True)
        forget_signed_notes(home())
        return lasting(figures)

    first = fresh("one")

    assert fresh("two") == first
    assert fresh("three", seed=8) != first


def test_playing_again_takes_up_what_is_there(play: Play) -> None:
    first = play()
    size = ledger.size()

    again = play(now=NOW + timedelta(days=3))

    assert (first.reused, again.reused) == (False, True)
    assert (again.figures, again.logins) == (first.figures, first.logins)
    assert ledger.size() == size


@pytest.mark.parametrize("other", [{"people_count": 301}, {"seed": 8}, {"country_code": "KE"}])
def test_another_demo_in_the_same_home_is_refused(
    play: Play, other: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_played", lambda *_: {"slug": "x", "logins": [], "figures": {}})
    play()

    with pytest.raises(DemoOther, match="another demo"):
        play(**other)


STOPS = {
    "before the answers": (turn, "_answer"),
    "before the work": (turn, "work"),
    "after the work": (demo.after, "_gift"),
    "at the recount": (demo.after, "_recount"),
    "at the end": (demo.after, "_nomination"),
}


@pytest.mark.parametrize("where", STOPS)
def test_a_demo_that_was_stopped_goes_on_where_it_stopped(
    play: Play, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with transaction.atomic():
        whole = lasting(play().figures)
        transaction.set_rollback(True)
    forget_signed_notes(home())
    (tmp_path / demo_mode.MEMORY).unlink()
    module, name = STOPS[where]

    def out(*_: object, **__: object) -> None:
        raise Power

    with monkeypatch.context() as cut:
        cut.setattr(module, name, out)
        with pytest.raises(Power):
            play()

    assert lasting(play().figures) == whole
    assert ledger.verify() == []


def test_the_day_to_play_with_has_open_offers_and_somebody_to_be(play: Play) -> None:
    first = play(with_live_day=True)
    campaign = campaigns.campaign(first.campaign_slug)

    today = campaigns.local_day(campaign, NOW)
    assert matching.open_offers(campaign.id, today) != []
    assert matching.tally(campaign.id, today).accepted > 0
    assert first.volunteer_link
    assert {login.role for login in first.logins} >= {"organiser", "captain", "auditor"}
    assert play(with_live_day=True).reused


def test_the_day_to_play_with_can_come_later(play: Play) -> None:
    first = play()

    later = play(with_live_day=True)

    assert first.volunteer_link == ""
    assert later.volunteer_link
    assert later.figures == first.figures


def test_passwords_of_the_demo_are_for_its_owner_alone(play: Play, tmp_path: Path) -> None:
    play()

    assert (tmp_path / demo_mode.MEMORY).stat().st_mode & 0o077 == 0

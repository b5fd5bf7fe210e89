"""A whole day of a movement on real towns with synthetic people, played through the rooms' own actions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dure.base.home import home
from dure.base.memory import peak_rss_gb
from dure.kernel.refusals import Refusal
from dure.movement.matching import reads as matching_reads
from dure.movement.people import reads as people
from dure.operations import day as turns
from dure.operations.demo import after, live, turn
from dure.operations.demo.accounts import Accounts, Login, open_accounts
from dure.operations.demo.campaign import TIMEZONES
from dure.operations.demo.figures import Clock, Figures, Unwatched, Watcher
from dure.operations.demo.stage import Plan, Stage, set_stage
from dure.operations.demo_mode import MEMORY

__all__ = ["DemoOther", "Figures", "Played", "Watcher", "play"]


class DemoOther(Refusal):
    code = "demo_other"
    says = (
        "The data folder {home} holds another demo ({held}). "
        "Ask for that one again, or name an empty folder in DURE_HOME."
    )


@dataclass(frozen=True)
class Played:
    """A demo that is ready: its figures, and whom to be. ``reused``: it was there already."""

    campaign_slug: str
    figures: dict[str, Any]
    logins: tuple[Login, ...]
    volunteer_link: str
    reused: bool


def play(
    *,
    country_code: str,
    people_count: int,
    seed: int,
    now: datetime,
    with_live_day: bool,
    watcher: Watcher | None = None,
) -> Played:
    """Play the day, or take up the one that is there: yesterday worked through, today open to play with.

    Everything goes through the rooms' actions with client ids made from the plan, so a demo that was
    stopped half way goes on where it stopped. Refuses with DemoOther, CountryUnknown, SimulationTooLarge.
    """
    memory = home() / MEMORY
    held = _held(memory)
    wanted = {"country": country_code, "people": people_count, "seed": seed}
    if held and held["plan"] != wanted:
        said = ", ".join(f"{name} {value}" for name, value in held["plan"].items())
        raise DemoOther(home=str(home()), held=said)
    plan = Plan(country_code, people_count, seed, _day(held, country_code, now))
    _remember(memory, {**held, "plan": wanted, "day": plan.day.isoformat()})
    held = _held(memory)
    clock = Clock(watcher or Unwatched())
    if "figures" not in held or (with_live_day and "live" not in held):
        held |= _played(plan, clock, held, now, with_live_day)
        _remember(memory, held)
        reused = False
    else:
        reused = True
    return Played(
        campaign_slug=held["slug"],
        figures=held["figures"],
        logins=tuple(Login(**login) for login in held["logins"]),
        volunteer_link=_volunteer_link(held),
        reused=reused,
    )


def _volunteer_link(held: dict[str, Any]) -> str:
    volunteer_id = held.get("live", {}).get("volunteer_id")
    return people.private_link_token(volunteer_id) if volunteer_id is not None else ""


def _held(memory: Path) -> dict[str, Any]:
    if not memory.exists():
        return {}
    held: dict[str, Any] = json.loads(memory.read_text())
    return held


def _remember(memory: Path, held: dict[str, Any]) -> None:
    # It holds passwords, though only of accounts that nobody else can reach.
    draft = memory.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(held, indent=1))
    draft.replace(memory)


def _day(held: dict[str, Any], country_code: str, now: datetime) -> date:
    """The worked day is yesterday, so that today can be played with."""
    if "day" in held:
        return date.fromisoformat(held["day"])
    return now.astimezone(ZoneInfo(TIMEZONES.get(country_code, "UTC"))).date() - timedelta(days=1)


def _played(
    plan: Plan, clock: Clock, held: dict[str, Any], now: datetime, with_live_day: bool
) -> dict[str, Any]:
    stage = set_stage(plan, clock)
    with clock.step("needs") as step:
        count = turn.publish_needs(stage)
        step.says = f"{count:,} posts published"
    opened = open_accounts(area_path=stage.campaign.area_path)
    found: dict[str, Any] = {"slug": stage.campaign.slug, "logins": [asdict(login) for login in opened.all()]}
    if "figures" not in held:
        found["figures"] = _worked_day(plan, clock, stage, opened)
    if with_live_day:
        found["live"] = asdict(live.prepare(stage, opened, clock, now))
    return found


def _worked_day(plan: Plan, clock: Clock, stage: Stage, opened: Accounts) -> dict[str, Any]:
    with clock.step("opening") as step:
        lots = turns.open_day(campaign_id=stage.campaign.id, day=plan.day, now=plan.at(3))
        step.says = f"{len(lots)} lot committed to, everybody answered"
    first = turn.answer_offers(stage, clock)
    with clock.step("work") as step:
        worked = turn.work(stage)
        step.says = f"{worked.entries:,} entries in the ledger"
    finished = after.finish(stage, worked, opened, clock)
    tally = matching_reads.tally(stage.campaign.id, plan.day)
    figures = Figures(
        people=len(stage.person_ids),
        posts=first.posts_count,
        seats=sum(first.seats_by_tier),
        placed=first.placed_count,
        filled_by_tier=list(first.filled_by_tier),
        gap_units=first.gap_units,
        accepted=tally.accepted + tally.present + tally.done + tally.no_show,
        no_shows=tally.no_show,
        entries=worked.entries,
        ledger_size=finished.checkpoint.size,
        ledger_root=finished.checkpoint.root.hex(),
        seconds=clock.seconds,
        peak_rss_gb=peak_rss_gb(),
    )
    return figures.as_json()

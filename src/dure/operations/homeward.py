"""The chain that sees everybody home (P7), and what captains and organisers are told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from dure.base import accounts, outbox
from dure.base.outbox import NOBODY, NewNotice
from dure.channels.types import Letter
from dure.movement.campaigns import reads as campaigns
from dure.movement.safety import actions as safety
from dure.movement.safety.types import NextStep
from dure.operations.letters import account_letter
from dure.operations.owed import organisers_of
from dure.operations.place_names import name_of

CREW: Final = "crew_safety"
# What a letter to the crew is about.
NOT_HOME: Final = "not_home"
HELP: Final = "help"
SAID_SAFE: Final = "said_safe"
STOOD_DOWN: Final = "stood_down"
INCIDENT: Final = "incident"
INCIDENT_LATE: Final = "incident_late"
# Of many who are not home everybody is told once in so many minutes, and finds all of them on the page.
TOLD_AGAIN_MINUTES: Final = 10
TURNS_MAX: Final = 100
# The chain looks every minute, so that it need not read the days before each time; what a phone sent late, or ended
# while the house was down, is found by the look at all of them, every hour and when the house comes up.
LATELY: Final = timedelta(minutes=15)


def chain(now: datetime) -> int:
    """For the chores: begin the chain where a shift ended two hours ago without a sign-out, and move it on; the steps.

    2 h after the end the person is asked, half an hour later their captain, half an hour later the organisers nearest
    to the place, an hour later all above them. A person decides when it ends.
    """
    safety.await_home(now=now, back=LATELY)
    safety.signed_out_meanwhile(now=now)
    count = 0
    for _number in range(TURNS_MAX):
        taken = _turn(now)
        count += taken
        if not taken:
            break
    safety.forget_calls(now=now)
    return count


def look_back(now: datetime) -> int:
    """For the chores: begin the chain for shifts of the last two days as well; how many people that are."""
    return safety.await_home(now=now)


def _turn(now: datetime) -> int:
    with transaction.atomic():
        steps = safety.take_steps(now=now)
        tell_crew(notices_of(steps, now), now)
    return len(steps)


def notices_of(steps: Iterable[NextStep], now: datetime) -> list[NewNotice]:
    """Who of the crew is told of these steps: one letter each, however many are looked for."""
    slugs: dict[int, str] = {}
    captains: dict[int, list[int]] = {}
    organisers: dict[tuple[str, bool], list[int]] = {}
    told: dict[str, NewNotice] = {}
    for step in steps:
        if step.campaign_id not in slugs:
            slugs[step.campaign_id] = campaigns.campaign_by_id(step.campaign_id).slug
        desk = f"/desk/{slugs[step.campaign_id]}/safety/"
        what = HELP if step.asks_for_help else SAID_SAFE if step.says_safe else NOT_HOME
        if step.kind == "captain" and step.team_id is not None:
            if step.team_id not in captains:
                captains[step.team_id] = accounts.captains_of(step.team_id)
            for pk in captains[step.team_id]:
                _add(told, what, pk, f"/captain/{step.team_id}/safe/", now)
        if step.kind in ("organisers", "all_above") or (step.kind == "captain" and step.asks_for_help):
            whose = step.area_path, step.kind != "all_above"
            if whose not in organisers:
                organisers[whose] = organisers_of(whose[0], nearest=whose[1])
            for pk in organisers[whose]:
                _add(told, what, pk, desk, now)
    return list(told.values())


def _add(told: dict[str, NewNotice], what: str, account_id: int, link: str, now: datetime) -> None:
    # A call for help is news, however lately another was, but of a flood of them there is one letter a minute; who is
    # not home stands on the page since it began.
    bucket = int(now.timestamp()) // (60 if what == HELP else 60 * TOLD_AGAIN_MINUTES)
    key = f"{CREW}:{what}:{account_id}:{link}:{bucket}"
    told[key] = NewNotice(NOBODY, CREW, key, {"what": what, "link": link, "account_id": account_id})


def tell_crew(notices: Iterable[NewNotice], now: datetime) -> None:
    outbox.queue_many(notices=notices, now=now)


def letter_for(facts: dict[str, Any]) -> Letter | None:
    """The letter to a captain or organiser; None once the account is switched off. It names nobody: who it is stands
    on the page."""
    words = partial(_words, str(facts["what"]), facts)
    return account_letter(facts["account_id"], facts["link"], words, is_urgent=True)


def _words(what: str, facts: dict[str, Any]) -> tuple[str, str]:
    place = name_of(str(facts.get("place", "")), str(facts.get("place_local", "")))
    said = str(facts.get("said", ""))
    if what == HELP:
        return _("Somebody asks for help"), _("Somebody asks for help. Who, and where as far as it is known:")
    if what == SAID_SAFE:
        words = _(
            "An SMS from the number of somebody of a crew says that they are safe. Numbers can be forged: please ask "
            "them, or who was with them, and confirm it on this page:"
        )
        return _("Please confirm that somebody is safe"), words
    if what == STOOD_DOWN:
        subject = _("%(place)s is stood down: see your crew safe") % {"place": place}
        words = _(
            "%(place)s is stood down. Why: %(said)s. Please see your crew to a safe place, and say on this page who is "
            "safe. Whoever of them does not answer is looked for."
        )
        return subject, words % {"place": place, "said": said}
    if what == INCIDENT:
        words = _(
            "Something happened that wants somebody to look after it. Please say who does, and by when:"
        )
        return _("An incident was reported"), words
    if what == INCIDENT_LATE:
        words = _("You said that you would look after an incident, and the day has passed:")
        return _("The follow-up of an incident is overdue"), words
    words = _(
        "Somebody of a crew has not signed out and has not answered. Please find out whether they are safe, and say so "
        "on this page:"
    )
    return _("Somebody is not known to be home"), words

"""Use cases of practices: write one up, take one up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotAllowed
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import reads as people
from dure.movement.practices import reads
from dure.movement.practices.errors import PracticeOwn, PracticeReused, PracticeUnknown
from dure.movement.practices.models import Adoption, Practice
from dure.movement.practices.types import NewPractice, PracticeFacts
from dure.movement.standings import reads as standings

TITLE_LENGTH_MAX = 160
WHAT_LENGTH_MAX = 5_000


def write_up(*, actor: Actor, new: NewPractice, now: datetime) -> PracticeFacts:
    """Write up what a team does differently, for whoever organises its area; the same id twice writes once.

    The rates are shown only if the team's hours are public on that day: a rate beside a public output tells the
    hours, and those of fewer than 10 people are nobody's business (P9).
    Refuses with NotFound (campaign or team), NotAllowed, BadInput, PracticeReused.
    """
    must(now.tzinfo is not None, "now is aware")
    team = people.team(new.team_id)
    actor.must_organise(team.area_path, what="writing up how a team of another area works")
    campaign = campaigns.campaign_by_id(new.campaign_id)
    _check(new)
    mark = fingerprint(asdict(new))
    today = campaigns.local_day(campaign, now)
    rates_open = standings.hours_are_open(campaign_id=campaign.id, team_id=team.id, today=today)
    row = Practice(
        client_id=new.client_id,
        fingerprint=mark,
        campaign_id=campaign.id,
        team_id=team.id,
        title=new.title.strip(),
        what=new.what.strip(),
        rate_milli_per_hour=new.rate_milli_per_hour,
        like_rate_milli_per_hour=new.like_rate_milli_per_hour,
        rates_open=rates_open,
        written_at=now,
    )
    with transaction.atomic():
        Practice.objects.bulk_create([row], ignore_conflicts=True)
        stands = Practice.objects.get(client_id=new.client_id)
        if stands.fingerprint != mark:
            raise PracticeReused(client_id=new.client_id)
    return _facts(stands)


def adopt(*, actor: Actor, practice_id: int, team_id: int, since: date) -> PracticeFacts:
    """A team takes a practice up, said by its captain or its organiser; twice is once, the first day stays.

    Refuses with NotFound (the team), NotAllowed, PracticeUnknown, PracticeOwn.
    """
    team = people.team(team_id)
    if not (actor.captains(team.id) or actor.organises(team.area_path)):
        raise NotAllowed(what="saying what another team does")
    practice = Practice.objects.filter(pk=practice_id).first()
    if practice is None:
        raise PracticeUnknown()
    if practice.team_id == team.id:
        raise PracticeOwn(team_id=team.id)
    row = Adoption(practice=practice, team_id=team.id, since=since)
    Adoption.objects.bulk_create([row], ignore_conflicts=True)
    return _facts(practice)


def _facts(row: Practice) -> PracticeFacts:
    return next(one for one in reads.practices(campaign_id=row.campaign_id) if one.id == row.pk)


def _check(new: NewPractice) -> None:
    for where, text, length_max in (
        ("title", new.title, TITLE_LENGTH_MAX),
        ("what", new.what, WHAT_LENGTH_MAX),
    ):
        if not 1 <= len(text.strip()) <= length_max:
            raise BadInput(where=where, what="is empty or too long", wanted=f"1 to {length_max:,} letters")
    if min(new.rate_milli_per_hour, new.like_rate_milli_per_hour) < 0:
        raise BadInput(where="rate", what="is below zero", wanted="output an hour, 0 or more")

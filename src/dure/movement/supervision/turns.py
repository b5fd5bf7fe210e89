"""The morning's turn: what was found against what stands, and who follows up what is new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from dure.kernel.must import must
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import reads as people
from dure.movement.supervision.models import FollowUp, Look, Signal, Supervision
from dure.movement.supervision.types import TONES, Found, Morning, Tone, kind_of
from dure.movement.supervision.watching import watch

# The house's clock for a morning: captains have entered the day before, and the day's work has not begun.
MORNING_HOUR: Final = 5
# Good news stays a week, then makes room.
NEWS_DAYS: Final = 7
# After the last day plans are still met and missed for a while, by what syncs late.
AFTER_END_DAYS: Final = 14
URGENCY: Final[Mapping[Tone, int]] = {"safety": 1, "warning": 2, "ask": 3, "good": 4}
# Days from the morning it is found to the day of its follow-up. The team has its time in it (reads.ANSWER_DAYS).
DUE_DAYS: Final[Mapping[Tone, int]] = {"safety": 1, "warning": 4, "ask": 7, "good": 4}
CHUNK_ROWS: Final = 1_000
Key = tuple[int, str]


def is_due(campaign: CampaignFacts, now: datetime) -> bool:
    """Whether this morning's look is still to come: from five o'clock by the campaign's clock, once a day."""
    today = campaigns.local_day(campaign, now)
    if campaign.state != "open" or today < campaign.starts_on or is_over(campaign, now):
        return False
    if now.astimezone(ZoneInfo(campaign.timezone)).hour < MORNING_HOUR:
        return False
    return not Look.objects.filter(campaign_id=campaign.id, day__gte=today).exists()


def look(*, campaign_id: int, now: datetime) -> Morning:
    """Work out a campaign's signals: new ones get a follow-up by the team's supervisor, ended ones are closed.

    Twice on a morning finds nothing new. A signal that somebody has closed stays closed while it is still so.
    Refuses with NotFound.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = campaigns.campaign_by_id(campaign_id)
    today = campaigns.local_day(campaign, now)
    found = {(one.team_id, one.about): one for one in watch(campaign, today)}
    stands = {
        (row.team_id, row.about): row for row in Signal.objects.filter(campaign_id=campaign_id, ended_on=None)
    }
    over = [
        row
        for key, row in stands.items()
        if key not in found and not (row.kind == "back" and today < row.found_on + timedelta(days=NEWS_DAYS))
    ]
    for row in over:
        if row.kind == "silent":
            came = Found("back", row.team_id, None, today, {"days": row.figures.get("days")})
            found.setdefault((came.team_id, came.about), came)
    new = [one for key, one in found.items() if key not in stands]
    _write(campaign_id, new, [stands[key] for key in found.keys() & stands.keys()], found, today)
    _end(over, today, now)
    _assign(campaign_id, today, now)
    Look.objects.update_or_create(campaign_id=campaign_id, defaults={"day": today, "looked_at": now})
    return Morning(today, len(new), len(stands) - len(over), len(over))


def end_all(*, campaign_id: int, now: datetime) -> int:
    """The campaign is over: nobody has to look any more. How many signals stood. Refuses with NotFound."""
    must(now.tzinfo is not None, "now is aware")
    stands = list(Signal.objects.filter(campaign_id=campaign_id, ended_on=None))
    if stands:
        _end(stands, campaigns.local_day(campaigns.campaign_by_id(campaign_id), now), now)
    return len(stands)


def is_over(campaign: CampaignFacts, now: datetime) -> bool:
    """Whether nothing of a campaign is looked at any more: it is closed, or its last plans are long met or missed."""
    last = campaign.ends_on + timedelta(days=AFTER_END_DAYS)
    return campaign.state == "closed" or campaigns.local_day(campaign, now) > last


def _write(
    campaign_id: int, new: Sequence[Found], known: Sequence[Signal], found: Mapping[Key, Found], today: date
) -> None:
    teams = people.teams({one.team_id for one in new})
    rows = [
        Signal(
            campaign_id=campaign_id,
            team_id=one.team_id,
            area_id=teams[one.team_id].area_id,
            indicator_id=one.indicator_id,
            kind=one.kind,
            about=one.about,
            urgency=URGENCY[TONES[one.kind]],
            since=one.since,
            found_on=today,
            figures=dict(one.figures),
        )
        for one in new
    ]
    # Two looks at once find the same: the constraint keeps one of them.
    Signal.objects.bulk_create(rows, batch_size=CHUNK_ROWS, ignore_conflicts=True)
    for row in known:
        row.figures = dict(found[row.team_id, row.about].figures)
    Signal.objects.bulk_update(known, ["figures"], batch_size=CHUNK_ROWS)


def _end(over: Sequence[Signal], today: date, now: datetime) -> None:
    """No longer so: nobody has to look at it any more."""
    ids = [row.pk for row in over]
    for start in range(0, len(ids), CHUNK_ROWS):
        part = ids[start : start + CHUNK_ROWS]
        with transaction.atomic():
            Signal.objects.filter(pk__in=part).update(ended_on=today, is_settled=True)
            still = FollowUp.objects.filter(signal_id__in=part, closed_at=None)
            still.update(closed_at=now, closed_on=today, outcome="ended")


def _assign(campaign_id: int, today: date, now: datetime) -> None:
    """What nobody was ever named for gets the supervisor of its team, with a date."""
    supervisors = dict(
        Supervision.objects.filter(campaign_id=campaign_id).values_list("team_id", "account_id")
    )
    waiting = Signal.objects.filter(campaign_id=campaign_id, is_settled=False)
    named = _named(waiting.values_list("pk", flat=True))
    rows = [
        FollowUp(
            signal_id=pk,
            owner_id=supervisors[team_id],
            due_on=today + timedelta(days=due_days(kind)),
            opened_at=now,
        )
        for pk, team_id, kind in waiting.order_by("pk").values_list("pk", "team_id", "kind")
        if team_id in supervisors and pk not in named
    ]
    FollowUp.objects.bulk_create(rows, batch_size=CHUNK_ROWS, ignore_conflicts=True)


def due_days(kind: str) -> int:
    """In how many days a signal of this kind is to be looked at."""
    return DUE_DAYS[TONES[kind_of(kind)]]


def _named(signal_ids: Collection[int]) -> frozenset[int]:
    ids = list(signal_ids)
    return frozenset(
        pk
        for start in range(0, len(ids), CHUNK_ROWS)
        for pk in FollowUp.objects.filter(signal_id__in=ids[start : start + CHUNK_ROWS]).values_list(
            "signal_id", flat=True
        )
    )

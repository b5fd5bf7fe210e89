"""Waves: a call goes out to so many people a minute, those who waited longest first, until the need is met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from dure.base import outbox
from dure.base.access import Actor
from dure.base.errors import CommandReused
from dure.base.outbox import NewNotice
from dure.base.rows import IDS_A_QUERY_MAX, insert_new
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads
from dure.movement.calls.appeal_rules import PER_MINUTE_MAX
from dure.movement.calls.appeals import LETTERS
from dure.movement.calls.errors import AppealClosed, WaveBad, WaveRuns
from dure.movement.calls.models import Answer, Reach, SignUp, Wave
from dure.movement.calls.types import AppealFacts, WaveFacts
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import audience as people
from dure.movement.places import reads as places

# Where somebody stands in the line: waiting since, and the id among those who waited as long. None: before everybody.
Place: TypeAlias = tuple[datetime | None, int]

MINUTE: Final = timedelta(minutes=1)
# People looked at in one query: of a line that has answered already most are passed over.
LOOKED_AT_MAX: Final = 20_000
# People called in one transaction, some 50 ms.
CHUNK_ROWS: Final = 2_000
# Answers after which nobody is called to the same campaign: they are in its line already.
IN_LINE: Final = ("placed", "offered", "accepted", "invited", "reserve", "incomplete")


def start_wave(*, actor: Actor, code: str, client_id: UUID, per_minute: int, now: datetime) -> WaveFacts:
    """Start calling; the first minute's people are called by the next :func:`call_minute`.

    Sent twice with one ``client_id``, it starts once. A later wave of a call goes on with whom the earlier
    ones did not reach.

    Refuses with NotFound, NotAllowed, WaveBad, WaveRuns, AppealClosed, and CommandReused.
    """
    appeal = reads.appeal_for(actor, code)
    if earlier := Wave.objects.filter(client_id=client_id).first():
        if (earlier.appeal_id, earlier.per_minute) != (appeal.id, per_minute):
            raise CommandReused(command_id=client_id)
        return reads.wave_facts(earlier)
    if not 1 <= per_minute <= PER_MINUTE_MAX:
        raise WaveBad(what=f"{per_minute} a minute", wanted=f"1 to {PER_MINUTE_MAX}")
    if not set(LETTERS) & set(appeal.channels):
        raise WaveBad(what="the call goes out by no channel that reaches persons", wanted=", ".join(LETTERS))
    campaign = campaigns.campaign_by_id(appeal.campaign_id)
    if not reads.is_open(appeal, campaign, now):
        raise AppealClosed(appeal_code=code)
    try:
        with transaction.atomic():
            row = Wave.objects.create(
                client_id=client_id, appeal_id=appeal.id, per_minute=per_minute, started_at=now
            )
    except IntegrityError:
        running = Wave.objects.filter(appeal_id=appeal.id, state=Wave.State.RUNNING).first()
        if running is None:
            raise
        if running.client_id == client_id:
            return reads.wave_facts(running)
        raise WaveRuns(per_minute=running.per_minute) from None
    return reads.wave_facts(row)


def stop_wave(*, actor: Actor, code: str, wave_id: int, now: datetime) -> WaveFacts:
    """Call nobody more by this wave. Letters not sent yet stay queued; closing the call takes them back.

    Refuses with NotFound and NotAllowed.
    """
    appeal = reads.appeal_for(actor, code)
    _end(wave_id, Wave.State.STOPPED, now, appeal_id=appeal.id)
    row = Wave.objects.filter(pk=wave_id, appeal_id=appeal.id).first()
    if row is None:
        raise NotFound(what="wave")
    return reads.wave_facts(row)


def running_ids() -> tuple[int, ...]:
    """The waves that still call, for the worker."""
    rows = Wave.objects.filter(state=Wave.State.RUNNING).order_by("pk")
    return tuple(rows.values_list("pk", flat=True))


def call_minute(*, wave_id: int, now: datetime) -> int:
    """Call the next people of a wave, unless it called in this minute already; how many were called.

    At most ``per_minute`` in any minute, also after a standstill: what a stopped machine missed is not made
    up for. On days of a break the wave waits. Two workers at once call once. Ends the wave when the need is met, the
    line is through or the call is over.
    """
    wave = Wave.objects.filter(pk=wave_id, state=Wave.State.RUNNING).select_related("appeal").first()
    if wave is None or (wave.minute_at is not None and wave.minute_at > now - MINUTE):
        return 0
    appeal = reads.appeal(wave.appeal.code)
    campaign = campaigns.campaign_by_id(appeal.campaign_id)
    if not reads.is_open(appeal, campaign, now):
        _end(wave_id, Wave.State.STOPPED, now)
        return 0
    if breaks.on(campaign.id, campaigns.local_day(campaign, now)):
        return 0
    if need_is_met(appeal):
        _end(wave_id, Wave.State.MET, now)
        return 0
    # The long part, reading the line, holds no lock; the place in it tells whether somebody called meanwhile.
    start = (wave.after_since, wave.after_id)
    called, end, is_through = _next_people(wave, appeal, campaign, now)
    if not _at(wave_id, start).update(minute_at=now):
        return 0
    done = 0
    for first in range(0, max(len(called), 1), CHUNK_ROWS):
        chunk = called[first : first + CHUNK_ROWS]
        is_last = first + CHUNK_ROWS >= len(called)
        place = end if is_last else chunk[-1]
        if not _write(wave, appeal, [pk for _, pk in chunk], start, place, now):
            return done
        done, start = done + len(chunk), place
    if is_through:
        _end(wave_id, Wave.State.THROUGH, now)
    return done


def call_these(*, code: str, client_id: UUID, person_ids: list[int], now: datetime) -> int:
    """Call people who were chosen by name or by a list, as a wave of their own that has ended; how many.

    Again with the same ``client_id`` it calls nobody twice. For operations, which asks who may and who is called.
    Refuses with NotFound.
    """
    appeal = reads.appeal(code)
    called = 0
    for start in range(0, len(person_ids), CHUNK_ROWS):
        some = person_ids[start : start + CHUNK_ROWS]
        with transaction.atomic():
            wave, _ = Wave.objects.get_or_create(
                client_id=client_id,
                defaults={
                    "appeal_id": appeal.id,
                    "per_minute": len(person_ids),
                    "state": Wave.State.THROUGH,
                    "started_at": now,
                    "ended_at": now,
                },
            )
            passed = passed_over(code, some)
            ids = [pk for pk in some if pk not in passed]
            Wave.objects.filter(pk=wave.pk).update(called_count=F("called_count") + len(ids))
            _reach(appeal, wave.pk, ids, now)
        called += len(ids)
    return called


def passed_over(code: str, ids: Sequence[int]) -> set[int]:
    """Who of these was called by a call already, answered it, or stands in the line of its campaign as it is."""
    return _passed_over(reads.appeal(code), list(ids))


def _reach(appeal: AppealFacts, wave_id: int, ids: list[int], now: datetime) -> None:
    insert_new(
        Reach,
        ("appeal_id", "wave_id", "person_id", "called_at"),
        [(appeal.id, wave_id, person_id, now) for person_id in ids],
    )
    outbox.queue_many(notices=_notices(appeal, ids), now=now)


def need_is_met(appeal: AppealFacts) -> bool:
    """Whether as many confirmed people as are wanted have answered and not left."""
    if appeal.wanted_count is None:
        return False
    here = SignUp.objects.filter(appeal_id=appeal.id, person_id__isnull=False, person__lapses_on__isnull=True)
    return here.values("person_id").distinct().count() >= appeal.wanted_count


def _next_people(
    wave: Wave, appeal: AppealFacts, campaign: CampaignFacts, now: datetime
) -> tuple[list[Place], Place, bool]:
    """The next people to call, at most ``per_minute``; the place in the line behind them; whether it ends there."""
    paths = appeal.audience.area_paths or (campaign.area_path,)
    area_ids = sorted({pk for path in paths for pk in places.ids_under(path)})
    found: list[Place] = []
    place: Place = (wave.after_since, wave.after_id)
    # Mostly nobody is passed over, so the first look is a short one.
    for count_max in (2 * wave.per_minute, LOOKED_AT_MAX, LOOKED_AT_MAX):
        line = people.audience(
            area_ids=area_ids,
            skills=appeal.audience.skills,
            reserve_only=appeal.audience.reserve_only,
            day=campaigns.local_day(campaign, now),
            after=place,
            count_max=count_max,
        )
        passed = _passed_over(appeal, [pk for _, pk in line])
        for since, pk in line:
            if len(found) == wave.per_minute:
                return found, place, False
            place = (since, pk)
            if pk not in passed:
                found.append(place)
        if len(line) < count_max:
            return found, place, True
    return found, place, False


def _passed_over(appeal: AppealFacts, ids: list[int]) -> set[int]:
    """Who of these was called already, answered the call, or stands in the campaign's line as it is."""
    found: set[int] = set()
    for start in range(0, len(ids), IDS_A_QUERY_MAX):
        part = ids[start : start + IDS_A_QUERY_MAX]
        called = Reach.objects.filter(appeal_id=appeal.id, person_id__in=part)
        answered = SignUp.objects.filter(appeal_id=appeal.id, person_id__in=part)
        in_line = Answer.objects.filter(
            campaign_id=appeal.campaign_id, person_id__in=part, stands=True, kind__in=IN_LINE
        )
        if appeal.asks != "people":
            # Whoever waits for a post may well know where one is missing.
            in_line = in_line.none()
        found.update(called.values_list("person_id", flat=True))
        found.update(pk for pk in answered.values_list("person_id", flat=True) if pk is not None)
        found.update(in_line.values_list("person_id", flat=True))
    return found


def _write(
    wave: Wave, appeal: AppealFacts, ids: list[int], start: Place, place: Place, now: datetime
) -> bool:
    """Call these people and move the wave on, in one short transaction; whether it still stood at ``start``."""
    with transaction.atomic():
        # Write first: a wave that was stopped, or called on by somebody else meanwhile, calls nobody here.
        moved = _at(wave.pk, start).update(
            called_count=F("called_count") + len(ids), after_since=place[0], after_id=place[1]
        )
        if moved:
            _reach(appeal, wave.pk, ids, now)
    return bool(moved)


def _at(wave_id: int, place: Place) -> QuerySet[Wave]:
    """The wave, while it runs and stands at this place of its line."""
    since, last_id = place
    return Wave.objects.filter(pk=wave_id, state=Wave.State.RUNNING, after_since=since, after_id=last_id)


def _notices(appeal: AppealFacts, ids: list[int]) -> Iterator[NewNotice]:
    facts = {"campaign_id": appeal.campaign_id, "call": appeal.code}
    start = reads.letter_keys(appeal.id)
    return (NewNotice(person_id, "call", f"{start}{person_id}", facts) for person_id in ids)


def _end(wave_id: int, state: str, now: datetime, appeal_id: int | None = None) -> None:
    rows = Wave.objects.filter(pk=wave_id, state=Wave.State.RUNNING)
    if appeal_id is not None:
        rows = rows.filter(appeal_id=appeal_id)
    rows.update(state=state, ended_at=now)

"""Drives: anyone proposes what to do together; enough named support brings an organiser's answer by a date (P10)."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F

from dure.base import outbox
from dure.base.access import Actor
from dure.base.errors import CommandReused
from dure.base.home import keyed_fingerprint
from dure.base.outbox import NOBODY, NewNotice
from dure.kernel.ids import client_id as made_id
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.calls import drive_reads as reads
from dure.movement.calls.appeal_rules import drive_problems, supporter_problems
from dure.movement.calls.appeals import open_appeal
from dure.movement.calls.errors import (
    DriveAnswered,
    DriveBad,
    DriveEarly,
    DriveOver,
)
from dure.movement.calls.models import Appeal, Drive, Support
from dure.movement.calls.types import Audience, DriveFacts, NewDrive, Problem, SupportFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import contacts
from dure.movement.places import reads as places

# Names that bring a proposal before an organiser: enough that one person's wish is shared, few enough for a village.
SUPPORT_WANTED: Final = 20
GATHERING_DAYS: Final = 60
# From the day the support is there to the day of the answer.
ANSWER_DAYS: Final = 14
# A name that nobody confirmed goes after a week; one under a proposal a month after its answer, or after it ended.
UNCONFIRMED_DAYS: Final = 7
KEPT_AFTER_ANSWER_DAYS: Final = 30
ANSWER_CHARS_MAX: Final = 1000
# Proposals have no campaign and so no timezone of their own.
_CLOCK: Final = ZoneInfo("UTC")
_SUPPORT_OF_DRIVE: Final = b"dure.calls.support"
CONFIRM: Final = "drive_confirm"
ANSWER: Final = "drive_answer"
_TAKES_NAMES: Final = (Drive.State.GATHERING, Drive.State.WAITING)


def propose(*, new: NewDrive, now: datetime) -> DriveFacts:
    """Take a proposal. A letter asks its proposer to confirm; before that nobody else sees it.

    The form makes ``client_id``, so that sent twice it is taken once.

    Refuses with DriveBad (every problem at once) and CommandReused for the same id with other facts.
    """
    problems = drive_problems(new)
    if new.area_id not in places.areas([new.area_id]):
        problems.append(Problem("area_id", f"{new.area_id} is no known place", "the id of a place"))
    if problems:
        raise DriveBad(count=len(problems), first=str(problems[0]), problems=tuple(problems))
    facts = (new.title, new.text, new.area_id, new.name, new.email)
    mark = keyed_fingerprint(facts)
    if earlier := Drive.objects.filter(client_id=new.client_id).first():
        if not hmac.compare_digest(earlier.fingerprint, mark):
            raise CommandReused(command_id=new.client_id)
        return reads.facts_of(earlier)
    today = _today(now)
    try:
        with transaction.atomic():
            row = Drive.objects.create(
                client_id=new.client_id,
                fingerprint=mark,
                code=f"drive-{new.client_id.hex[:12]}",
                area_id=new.area_id,
                title=new.title,
                text=new.text,
                support_wanted=SUPPORT_WANTED,
                proposed_at=now,
                gathers_until=today + timedelta(days=GATHERING_DAYS),
            )
            _sign(
                row, new.name, new.email, new.shows_name, new.language, new.client_id, now, is_proposer=True
            )
    except IntegrityError:
        twin = Drive.objects.filter(client_id=new.client_id, fingerprint=mark).first()
        if twin is None:
            raise
        return reads.facts_of(twin)
    return reads.facts_of(row)


def support(
    *,
    code: str,
    client_id: UUID,
    name: str,
    email: str,
    shows_name: bool = False,
    language: str = "en",
    now: datetime,
) -> None:
    """Put a name under a drive. It counts once the letter's link is confirmed.

    Said to nobody: whether the address stands there already. A second try writes no second name and, while the
    first is unconfirmed, no second letter.

    Refuses with NotFound, DriveOver, DriveBad.
    """
    row = _open_drive(code)
    if problems := supporter_problems(name, email):
        raise DriveBad(count=len(problems), first=str(problems[0]), problems=tuple(problems))
    with transaction.atomic():
        _sign(row, name, email, shows_name, language, client_id, now, is_proposer=False)


def confirm(*, token: str, now: datetime) -> SupportFacts:
    """A name counts from here on; with the proposer's, the drive opens to others. Confirming twice counts once.

    When the last name that was wanted comes, an organiser owes an answer within ANSWER_DAYS.

    Refuses with SupportGone and DriveOver.
    """
    row = reads.support_of_token(token)
    drive = row.drive
    with transaction.atomic():
        if Support.objects.filter(pk=row.pk, confirmed_at__isnull=True).update(confirmed_at=now):
            counts = Drive.objects.filter(pk=drive.pk, state__in=(Drive.State.UNCONFIRMED, *_TAKES_NAMES))
            if not counts.update(support_count=F("support_count") + 1):
                raise DriveOver
            if row.is_proposer:
                Drive.objects.filter(pk=drive.pk, state=Drive.State.UNCONFIRMED).update(
                    state=Drive.State.GATHERING
                )
            Drive.objects.filter(
                pk=drive.pk, state=Drive.State.GATHERING, support_count__gte=F("support_wanted")
            ).update(state=Drive.State.WAITING, answer_by=_today(now) + timedelta(days=ANSWER_DAYS))
    return reads.support_facts(token)


def take_back(*, token: str) -> None:
    """Take a name back and forget its address, at once (P4). The proposal stays its supporters'.

    Refuses with SupportGone.
    """
    _take_back(reads.support_of_token(token))


def forget_person(*, person_id: int) -> None:
    """Take back every name that is surely a leaving person's (P4)."""
    for row in reads.names_of(person_id):
        _take_back(row)


def _take_back(row: Support) -> None:
    with transaction.atomic():
        # Asked of the row as it is when it goes: it may be confirmed at this very moment.
        Support.objects.filter(pk=row.pk, confirmed_at__isnull=True).delete()
        if Support.objects.filter(pk=row.pk).delete()[0]:
            # An answer that is owed stays owed, whoever changes their mind afterwards.
            Drive.objects.filter(pk=row.drive_id, state__in=_TAKES_NAMES).update(
                support_count=F("support_count") - 1
            )
        outbox.drop_keys(keys=[_key(kind, row.key) for kind in (CONFIRM, ANSWER)])


def decide(
    *,
    actor: Actor,
    code: str,
    opens: bool,
    answer: str,
    campaign_id: int | None = None,
    takes_down: bool = False,
    now: datetime,
) -> DriveFacts:
    """An organiser of its area answers a drive, with words that everybody reads; its supporters are written to.

    ``opens``: it becomes a call of the campaign ``campaign_id`` to the people of its place, in its own words. May be
    answered before the support is there. ``takes_down``: a no, and its words are deleted, since nobody should have to
    read them; the answer stays.

    Refuses with NotFound, NotAllowed, BadInput, DriveEarly, DriveAnswered and what opening a call refuses with.
    """
    row = reads.row_for(actor, code)
    words = answer.strip()
    if not words or len(words) > ANSWER_CHARS_MAX:
        what = f"an answer has {len(words)} characters"
        raise BadInput(where="answer", what=what, wanted=f"1 to {ANSWER_CHARS_MAX} in plain words")
    if row.state == Drive.State.UNCONFIRMED:
        raise DriveEarly
    if opens and takes_down:
        raise BadInput(where="decision", what="it is a yes whose words are deleted", wanted="one of the two")
    if opens and campaign_id is None:
        raise BadInput(where="campaign", what="there is none", wanted="the campaign that calls for it")
    with transaction.atomic():
        answered = Drive.objects.filter(pk=row.pk, state__in=_TAKES_NAMES).update(
            state=Drive.State.OPENED if opens else Drive.State.DECLINED,
            answer=words,
            answered_at=now,
            answered_by=actor.account_id,
        )
        if not answered:
            raise DriveAnswered
        if takes_down:
            Drive.objects.filter(pk=row.pk).update(title="", text="")
        if opens and campaign_id is not None:
            area = places.area(row.area_id)
            campaign = campaigns.campaign_by_id(campaign_id)
            if not area.path.startswith(campaign.area_path):
                raise NotFound(what="campaign of this place")
            appeal = open_appeal(
                actor=actor,
                campaign_id=campaign_id,
                code=row.code,
                title=row.title,
                text=row.text,
                audience=Audience((area.path,)),
                now=now,
            )
            Drive.objects.filter(pk=row.pk).update(appeal=Appeal.objects.get(pk=appeal.id))
        confirmed = Support.objects.filter(drive_id=row.pk, confirmed_at__isnull=False)
        named = list(confirmed.values_list("pk", "key"))
        outbox.queue_many(notices=[_notice(ANSWER, pk, key) for pk, key in named], now=now)
    return reads.drive(code)


def lapse(*, now: datetime) -> int:
    """End what has had its time: proposals without support, names nobody confirmed, addresses no longer needed.

    Whoever put their name under a proposal is written to when it ends for want of names. The count of proposals and
    names that went. For the chores.
    """
    today = _today(now)
    over = Drive.objects.filter(
        state__in=(Drive.State.UNCONFIRMED, Drive.State.GATHERING), gathers_until__lt=today
    )
    lapsed = sum(_end(drive_id, now) for drive_id in over.order_by("pk").values_list("pk", flat=True))
    stale = Support.objects.filter(
        confirmed_at__isnull=True, is_proposer=False, at__lt=now - timedelta(days=UNCONFIRMED_DAYS)
    )
    kept_from = today - timedelta(days=KEPT_AFTER_ANSWER_DAYS)
    ended = Support.objects.filter(drive__state=Drive.State.LAPSED, drive__gathers_until__lt=kept_from)
    answered = Support.objects.filter(drive__answered_at__lt=now - timedelta(days=KEPT_AFTER_ANSWER_DAYS))
    gone = sum(rows.delete()[0] for rows in (stale, ended, answered))
    never = Drive.objects.filter(
        state=Drive.State.UNCONFIRMED, proposed_at__lt=now - timedelta(days=UNCONFIRMED_DAYS)
    )
    return lapsed + gone + never.delete()[0]


def _end(drive_id: int, now: datetime) -> int:
    """End a proposal for want of names, and tell those who gave theirs."""
    with transaction.atomic():
        still = Drive.objects.filter(
            pk=drive_id, state__in=(Drive.State.UNCONFIRMED, Drive.State.GATHERING)
        ).update(state=Drive.State.LAPSED)
        if still:
            named = Support.objects.filter(drive_id=drive_id, confirmed_at__isnull=False)
            told = [_notice(ANSWER, pk, key) for pk, key in named.values_list("pk", "key")]
            outbox.queue_many(notices=told, now=now)
    return still


def _open_drive(code: str) -> Drive:
    row = Drive.objects.filter(code=code).exclude(state=Drive.State.UNCONFIRMED).first()
    if row is None:
        raise NotFound(what="proposal")
    if row.state not in _TAKES_NAMES:
        raise DriveOver
    return row


def _sign(
    drive: Drive,
    name: str,
    email: str,
    shows_name: bool,
    language: str,
    client_id: UUID,
    now: datetime,
    *,
    is_proposer: bool,
) -> None:
    address = contacts.normal_email(email)
    mark = contacts.contact_hash(address)
    # With the address in it: going back in the browser to sign for another of the family keeps the form's id.
    key = made_id(_SUPPORT_OF_DRIVE, drive.client_id, client_id, mark.hex())
    row = Support(
        drive=drive,
        key=key,
        name=name.strip(),
        shows_name=shows_name,
        is_proposer=is_proposer,
        language=language,
        cipher=contacts.seal(address, purpose=reads.OF_SUPPORT, person_key=key),
        contact_hash=mark,
        at=now,
    )
    Support.objects.bulk_create([row], ignore_conflicts=True)
    written = Support.objects.filter(key=key).values_list("pk", flat=True).first()
    if written is not None:
        outbox.queue(notice=_notice(CONFIRM, written, key), now=now)


def _notice(kind: str, support_id: int, key: UUID) -> NewNotice:
    return NewNotice(NOBODY, kind, _key(kind, key), {"support_id": support_id})


def _key(kind: str, key: UUID) -> str:
    return f"{kind}:{key}"


def _today(now: datetime) -> date:
    return now.astimezone(_CLOCK).date()

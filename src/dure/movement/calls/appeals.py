"""Use cases of appeals: open one, say it in a further language, close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.outbox import NOBODY, NewNotice
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads
from dure.movement.calls.appeal_rules import appeal_problems, plan_problems, words_problems
from dure.movement.calls.errors import AppealBad, AppealClosed, AppealReused
from dure.movement.calls.models import Appeal, AppealText, Reach, Wave
from dure.movement.calls.types import AppealFacts, AppealKind, AppealWords, Audience, Problem
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignClosed, CampaignNotOpen
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown

# Kind of the notice that goes to nobody in particular: a chat is told of a call.
ANNOUNCEMENT = "announcement"
EVERYBODY = Audience()
LETTERS = ("email", "sms", "push")
# Where calls went before channels could be chosen, and still go unless somebody says otherwise.
USUAL_CHANNELS = (*LETTERS, "feed", "poster")


def open_appeal(
    *,
    actor: Actor,
    campaign_id: int,
    code: str,
    title: str,
    text: str,
    now: datetime,
    language: str = "en",
    asks: AppealKind = "people",
    channels: tuple[str, ...] = USUAL_CHANNELS,
    audience: Audience = EVERYBODY,
    wanted_count: int | None = None,
    closes_at: datetime | None = None,
) -> AppealFacts:
    """Open a call of an open campaign; the same call under the same code twice opens it once.

    It stands on its page and, by ``channels``, in the feed and in chats at once; people are called by waves
    (:mod:`dure.movement.calls.waves`). Whoever organises a part of the campaign's area may call the places they
    organise; and an audience may lie beyond the campaign's area where the actor organises there too.

    Refuses with NotFound, NotAllowed, AppealBad, AppealReused, CampaignNotOpen or CampaignClosed.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    reads.must_call(actor, campaign, audience)
    bad = [
        *appeal_problems(code, title, text),
        *plan_problems(language, asks, channels, audience, wanted_count),
        *_places(audience),
    ]
    if closes_at is not None and closes_at <= now:
        bad.append(Problem("closes_at", "has passed", "a time to come"))
    if bad:
        raise AppealBad(count=len(bad), first=bad[0], problems=tuple(map(str, bad)))
    _refuse_unopened(campaign)
    wanted = AppealFacts(
        id=0,
        campaign_id=campaign_id,
        code=code,
        title=title,
        text=text,
        opened_at=now,
        language=language,
        asks=asks,
        channels=channels,
        audience=audience,
        wanted_count=wanted_count,
        closes_at=closes_at,
    )
    with transaction.atomic():
        Appeal.objects.bulk_create([_row(wanted)], ignore_conflicts=True)
        found = reads.appeal(code)
        if replace(found, id=0, opened_at=now, closed_at=None) != wanted:
            raise AppealReused(appeal_code=code)
        _announce(found, now)
    return found


def say_in(*, actor: Actor, code: str, words: AppealWords) -> AppealWords:
    """Say a call in a further language; said again in the same language, the newer words stand.

    Refuses with NotFound, NotAllowed, AppealBad (also for the language it was written in) and AppealClosed.
    """
    found = reads.appeal_for(actor, code)
    bad = words_problems(words.language, words.title, words.text)
    if words.language == found.language:
        bad.append(Problem("language", f"{words.language} is what it was written in", "another language"))
    if bad:
        raise AppealBad(count=len(bad), first=bad[0], problems=tuple(map(str, bad)))
    if found.closed_at is not None:
        raise AppealClosed(appeal_code=code)
    AppealText.objects.update_or_create(
        appeal_id=found.id,
        language=words.language,
        defaults={"title": words.title, "text": words.text},
    )
    return words


def close_appeal(*, actor: Actor, code: str, now: datetime) -> AppealFacts:
    """End a call: its waves stop, letters not yet sent are taken back, and it takes no more answers.

    What is kept are counts alone: the rows that tell who was called are deleted, with the letters, so that
    who stayed silent and who was never called can't be told apart afterwards (P3). Closing twice closes once,
    and finishes what a crash left.

    Refuses with NotFound and NotAllowed.
    """
    found = reads.appeal_for(actor, code)
    with transaction.atomic():
        if Appeal.objects.filter(pk=found.id, closed_at__isnull=True).update(closed_at=now):
            running = Wave.objects.filter(appeal_id=found.id, state=Wave.State.RUNNING)
            running.update(state=Wave.State.STOPPED, ended_at=now)
            outcome = {"by_channel": [asdict(one) for one in reads.letters_of(found.id)]}
            Appeal.objects.filter(pk=found.id).update(outcome=outcome)
    _forget_called(found.id)
    return reads.appeal(code)


def close_over(*, now: datetime) -> int:
    """Close the calls whose time is over, or whose campaign has ended, as an organiser would; how many.

    Else the rows that tell who was called and stayed silent would outlive the call (P3, P9). A campaign that only
    pauses closes none. Also finishes what a crash left of an earlier close. For the chores.
    """
    due = []
    for one in Appeal.objects.filter(closed_at__isnull=True).order_by("pk"):
        is_late = one.closes_at is not None and one.closes_at <= now
        if is_late or campaigns.campaign_by_id(one.campaign_id).state == "closed":
            due.append(one.code)
    left = Reach.objects.filter(appeal__closed_at__isnull=False).values("appeal_id")
    for code in [*due, *Appeal.objects.filter(pk__in=left).values_list("code", flat=True)]:
        close_appeal(actor=SYSTEM, code=code, now=now)
    return len(due)


def _forget_called(appeal_id: int) -> None:
    """A chunk a transaction; what a crash leaves behind goes when the call is closed again."""
    outbox.drop_starting(reads.announcement_keys(appeal_id))
    start = reads.letter_keys(appeal_id)
    called = Reach.objects.filter(appeal_id=appeal_id).order_by("pk")
    while rows := list(called.values_list("pk", "person_id")[: outbox.CHUNK_ROWS]):
        with transaction.atomic():
            outbox.drop_keys(keys=[f"{start}{person_id}" for _, person_id in rows])
            Reach.objects.filter(pk__in=[pk for pk, _ in rows]).delete()


def _refuse_unopened(campaign: CampaignFacts) -> None:
    if campaign.state == "closed":
        raise CampaignClosed(slug=campaign.slug)
    if campaign.state == "draft":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)


def _places(audience: Audience) -> Sequence[Problem]:
    found = []
    for path in audience.area_paths:
        try:
            places.by_path(path)
        except AreaUnknown:
            found.append(Problem("area_paths", f"{path[:60]!r} is no place", "a path such as /KR/11/"))
    return found


def _row(new: AppealFacts) -> Appeal:
    return Appeal(
        campaign_id=new.campaign_id,
        code=new.code,
        title=new.title,
        text=new.text,
        language=new.language,
        asks=new.asks,
        channels=list(new.channels),
        area_paths=list(new.audience.area_paths),
        skills=list(new.audience.skills),
        reserve_only=new.audience.reserve_only,
        wanted_count=new.wanted_count,
        opened_at=new.opened_at,
        closes_at=new.closes_at,
    )


def _announce(appeal: AppealFacts, now: datetime) -> None:
    """Tell the chats, once a call: the key makes it so."""
    if "chat" in appeal.channels:
        facts = {"campaign_id": appeal.campaign_id, "call": appeal.code}
        key = f"{reads.announcement_keys(appeal.id)}chat"
        outbox.queue(notice=NewNotice(NOBODY, ANNOUNCEMENT, key, facts), now=now)


def of_campaign(actor: Actor, campaign_id: int, code: str) -> AppealFacts:
    """A call, if it is one of this campaign and the actor organises it. Refuses with NotFound and NotAllowed."""
    found = reads.appeal_for(actor, code)
    if found.campaign_id != campaign_id:
        raise NotFound(what="call")
    return found

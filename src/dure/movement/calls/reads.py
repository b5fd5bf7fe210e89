"""Questions about calls: appeals, who waits for an answer, what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from dure.base import outbox
from dure.base.access import ANONYMOUS, Actor
from dure.base.one_look import alike_to_all
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.calls import drive_reads
from dure.movement.calls.errors import AppealOver
from dure.movement.calls.models import Answer, Appeal, AppealText, Reach, SignUp, Wave
from dure.movement.calls.types import (
    ANSWER_KINDS,
    AnswerFacts,
    AnswerKind,
    AppealFacts,
    AppealResults,
    AppealWords,
    Audience,
    CallTally,
    ChannelReach,
    StandingAnswer,
    WaveFacts,
    WaveState,
)
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people.types import Ints

# On one page and in the feed.
OPEN_APPEALS_MAX = 200
_APPEAL = (
    *("id", "campaign_id", "code", "title", "text", "opened_at", "language", "asks", "channels"),
    *("area_paths", "skills", "reserve_only", "wanted_count", "closes_at", "closed_at"),
)


def appeal(code: str) -> AppealFacts:
    """A call by the code in its link, open or over. Refuses with NotFound."""
    # A null character is no text to PostgreSQL.
    row = Appeal.objects.filter(code=code).values_list(*_APPEAL).first() if code.isprintable() else None
    if row is None:
        raise NotFound(what="call")
    return _facts(row)


def appeal_of(campaign_id: int) -> AppealFacts | None:
    """The newest call for people of a campaign, None before the first."""
    found = appeals_of(campaign_id)
    return next((one for one in found if one.asks == "people"), None)


def appeals_of(campaign_id: int) -> list[AppealFacts]:
    """Every call of a campaign, the newest first."""
    rows = Appeal.objects.filter(campaign_id=campaign_id).order_by("-opened_at", "-pk")
    return [_facts(row) for row in rows.values_list(*_APPEAL)]


def is_open(appeal: AppealFacts, campaign: CampaignFacts, now: datetime) -> bool:
    """Whether a call can still be answered."""
    in_time = appeal.closed_at is None and (appeal.closes_at is None or now < appeal.closes_at)
    return in_time and campaign.state == "open" and campaigns.local_day(campaign, now) <= campaign.ends_on


def taking(code: str, now: datetime) -> AppealFacts:
    """A call that takes answers, by its code. Refuses with NotFound, or AppealOver once it is over."""
    found = appeal(code)
    if not is_open(found, campaigns.campaign_by_id(found.campaign_id), now):
        raise AppealOver
    return found


def open_appeal_of(campaign_id: int, now: datetime) -> AppealFacts | None:
    """The newest call for people of a campaign that takes sign-ups, one to everybody before any other; else None."""
    campaign = campaigns.campaign_by_id(campaign_id)
    found = [one for one in appeals_of(campaign_id) if one.asks == "people" and is_open(one, campaign, now)]
    return next((one for one in found if one.audience == Audience()), next(iter(found), None))


def open_appeals(now: datetime) -> list[tuple[AppealFacts, CampaignFacts]]:
    """Every call that can be answered now, for everybody, the newest first; at most OPEN_APPEALS_MAX."""
    running = {one.id: one for one in campaigns.campaigns(actor=ANONYMOUS) if one.state == "open"}
    rows = Appeal.objects.filter(campaign_id__in=list(running), closed_at__isnull=True)
    rows = rows.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now)).order_by("-opened_at", "-pk")
    found = [_facts(row) for row in rows.values_list(*_APPEAL)[:OPEN_APPEALS_MAX]]
    pairs = [(one, running[one.campaign_id]) for one in found]
    return [(one, campaign) for one, campaign in pairs if is_open(one, campaign, now)]


def languages_of(appeal: AppealFacts) -> tuple[str, ...]:
    """The languages a call speaks, the one it was written in first."""
    rows = AppealText.objects.filter(appeal_id=appeal.id).order_by("language")
    return (appeal.language, *rows.values_list("language", flat=True))


def words_of(appeals: Sequence[AppealFacts]) -> dict[int, list[AppealWords]]:
    """What each of these calls says, by its id, in every language it speaks, the one it was written in first."""
    said = {one.id: [AppealWords(one.language, one.title, one.text)] for one in appeals}
    rows = AppealText.objects.filter(appeal_id__in=list(said)).order_by("language")
    for appeal_id, language, title, text in rows.values_list("appeal_id", "language", "title", "text"):
        said[appeal_id].append(AppealWords(language, title, text))
    return said


def words(code: str, language: str) -> AppealWords:
    """What a call says in a language; in the one it was written in, where it was not put into the other.

    Refuses with NotFound.
    """
    found = appeal(code)
    rows = AppealText.objects.filter(appeal_id=found.id, language=language)
    row = rows.values_list("language", "title", "text").first()
    return AppealWords(*row) if row else AppealWords(found.language, found.title, found.text)


def waves_of(actor: Actor, code: str) -> list[WaveFacts]:
    """The waves of a call, the newest first, for who organises its campaign. Refuses with NotFound and NotAllowed."""
    found = appeal_for(actor, code)
    return [wave_facts(row) for row in Wave.objects.filter(appeal_id=found.id).order_by("-pk")]


def wave_facts(row: Wave) -> WaveFacts:
    """For this room's own actions."""
    return WaveFacts(
        id=row.pk,
        appeal_id=row.appeal_id,
        per_minute=row.per_minute,
        state=cast("WaveState", row.state),
        called_count=row.called_count,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def appeal_for(actor: Actor, code: str) -> AppealFacts:
    """A call, for who organises its campaign or all it reaches. Refuses with NotFound, and NotAllowed."""
    found = appeal(code)
    campaign = campaigns.campaign_by_id(found.campaign_id)
    if not actor.organises(campaign.area_path):
        must_call(actor, campaign, found.audience)
    return found


def must_call(actor: Actor, campaign: CampaignFacts, audience: Audience) -> None:
    """Refuses with NotAllowed who may not call these people for this campaign.

    They organise some of the campaign's area and every place the call reaches.
    """
    if not actor.organises_part_of(campaign.area_path):
        raise NotAllowed(what="calling for this campaign")
    for path in audience.area_paths or (campaign.area_path,):
        actor.must_organise(path)


def results(actor: Actor, code: str) -> AppealResults:
    """How a call goes, exact, for who organises its campaign. Refuses with NotFound and NotAllowed.

    Of a closed call, what was counted when it closed, with the sign-ups that came.
    """
    found = appeal_for(actor, code)
    sign_ups = SignUp.objects.filter(appeal_id=found.id)
    kept = Appeal.objects.values_list("outcome", flat=True).get(pk=found.id)
    answered = sign_ups.aggregate(all=Count("pk"), here=Count("person_id", distinct=True))
    return AppealResults(
        called_count=called_count(found.id),
        answered_count=answered["all"],
        here_count=answered["here"],
        by_channel=tuple(ChannelReach(**one) for one in kept["by_channel"]) if kept else letters_of(found.id),
    )


def called_count(appeal_id: int) -> int:
    """How many people the waves of a call reached, whoever of them has left since."""
    found = Wave.objects.filter(appeal_id=appeal_id).aggregate(all=Sum("called_count"))["all"]
    return int(found or 0)


def answered_count(appeal_id: int) -> int:
    """Sign-ups with the code of a call, exact; a page shows it from appeal_rules.SHOWN_COUNT_MIN on (P9)."""
    return answered_counts([appeal_id]).get(appeal_id, 0)


def answered_counts(appeal_ids: Sequence[int]) -> dict[int, int]:
    """:func:`answered_count` of many calls; one without any is left out."""
    rows = SignUp.objects.filter(appeal_id__in=list(appeal_ids)).values_list("appeal_id").order_by()
    return dict(rows.annotate(count=Count("pk")))


def letters_of(appeal_id: int) -> tuple[ChannelReach, ...]:
    """What became of the letters and posts of a call, by channel in the alphabet's order."""
    # A letter has its key, a post to a chat another: no notice is in both.
    tallies = [outbox.tally_of(keys(appeal_id)) for keys in (letter_keys, announcement_keys)]
    channels = sorted({channel for tally in tallies for channel, _ in tally})
    return tuple(_reach_by(channel, tallies) for channel in channels)


def _reach_by(channel: str, tallies: Sequence[Mapping[tuple[str, str], outbox.Tally]]) -> ChannelReach:
    counts: Counter[str] = Counter()
    for tally in tallies:
        for (by, state), part in tally.items():
            if by == channel:
                counts[state] += part.count
                counts["delivered"] += part.delivered_count
                counts["cost"] += part.cost_milli or 0
    return ChannelReach(
        channel=channel,
        queued_count=counts["queued"],
        sent_count=counts["sent"],
        delivered_count=counts["delivered"],
        # A letter that was withheld reached nobody either.
        failed_count=counts["failed"] + counts["withheld"],
        cost_milli=counts["cost"],
    )


def letter_keys(appeal_id: int) -> str:
    """How the keys of a call's letters begin."""
    return f"call:{appeal_id}:"


def announcement_keys(appeal_id: int) -> str:
    """How the keys of what a call says to nobody in particular begin."""
    return f"announce:{appeal_id}:"


def answerers(appeal_id: int) -> Ints:
    """Ids of the people who answered a call and have not left, ascending. For operations, not for a page."""
    rows = SignUp.objects.filter(appeal_id=appeal_id, person_id__isnull=False).order_by("person_id")
    return np.fromiter(rows.values_list("person_id", flat=True).distinct().iterator(), np.int64)


def _facts(row: tuple[Any, ...]) -> AppealFacts:
    named = dict(zip(_APPEAL, row, strict=True))
    audience = Audience(
        tuple(named.pop("area_paths")), tuple(named.pop("skills")), bool(named.pop("reserve_only"))
    )
    return AppealFacts(**named | {"channels": tuple(named["channels"]), "audience": audience})


def answer_for(actor: Actor, person_id: int, campaign_id: int) -> StandingAnswer | None:
    """What a person was told, for themselves and their guardian; None while they wait for it.

    No role sees it: offered yesterday and in reserve today would tell who said no (P3).

    Refuses with NotFound.
    """
    if not actor.is_person(person_id) and not actor.guards(person_id):
        raise NotFound(what="person")
    rows = Answer.objects.filter(person_id=person_id, campaign_id=campaign_id, stands=True)
    row = rows.values_list("kind", "reason", "by_date", "given_at").first()
    if row is None:
        return None
    kind, reason, by_date, given_at = row
    return StandingAnswer(
        person_id, campaign_id, AnswerFacts(cast("AnswerKind", kind), reason, by_date), given_at
    )


def export(actor: Actor, person_id: int) -> dict[str, object]:
    """All this room holds on a person, of every campaign, the answers no longer standing among them (P9).

    ``sign_ups``, ``called`` (by which calls, when), ``drives`` (their name under them) and ``answers``, oldest first,
    as JSON values. Refuses others with NotFound.
    """
    actor.must_be(person_id)
    sign_ups = SignUp.objects.filter(person_id=person_id).order_by("pk")
    called = Reach.objects.filter(person_id=person_id).order_by("pk")
    answers = Answer.objects.filter(person_id=person_id).order_by("pk")
    return {
        "sign_ups": [
            {"id": str(client_id), "call": code, "at": at.isoformat()}
            for client_id, code, at in sign_ups.values_list("client_id", "appeal__code", "at")
        ],
        "called": [
            {"call": code, "at": at.isoformat()}
            for code, at in called.values_list("appeal__code", "called_at")
        ],
        "drives": [
            {"code": row.drive.code, "name": row.name, "at": row.at.isoformat(), "shows_name": row.shows_name}
            for row in drive_reads.names_of(person_id)
        ],
        "answers": [
            {
                "campaign": slug,
                "kind": kind,
                "reason": reason,
                "by": by_date.isoformat(),
                "given_at": given_at.isoformat(),
                "stands": stands,
            }
            for slug, kind, reason, by_date, given_at, stands in answers.values_list(
                "campaign__slug", "kind", "reason", "by_date", "given_at", "stands"
            )
        ],
    }


@alike_to_all
def tally(campaign_id: int) -> CallTally:
    """Sign-ups and standing answers, exact: for organisers and operations, not for publication (P9)."""
    rows = Answer.objects.filter(campaign_id=campaign_id, stands=True).values("kind").order_by("kind")
    counts = dict(rows.annotate(count=Count("pk")).values_list("kind", "count"))
    waiting = _people(campaign_id).filter(~Exists(_standing(campaign_id)))
    return CallTally(
        signed_up_count=_sign_ups(campaign_id).count(),
        unanswered_count=waiting.values("person_id").distinct().count(),
        by_kind={kind: counts.get(kind, 0) for kind in ANSWER_KINDS},
    )


def silent_since(campaign_id: int, now: datetime) -> tuple[int, ...]:
    """Ids, ascending, of people who signed up and have no answer, or one whose date has passed (P1).

    A date passes with its day in the campaign's timezone. Whoever is in this list must be answered.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    kept = _standing(campaign_id).filter(by_date__gte=campaigns.local_day(campaign, now))
    silent = _people(campaign_id).filter(~Exists(kept)).order_by("person_id")
    return tuple(
        person_id
        for person_id in silent.values_list("person_id", flat=True).distinct().iterator()
        if person_id is not None
    )


def people_of(campaign_id: int) -> tuple[int, ...]:
    """Ids, ascending, of the people who signed up for a campaign and have not left."""
    rows = _people(campaign_id).order_by("person_id").values_list("person_id", flat=True).distinct()
    return tuple(person_id for person_id in rows.iterator() if person_id is not None)


def campaigns_of(person_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The campaigns that people signed up for, by person id; a few thousand at most. For operations."""
    rows = SignUp.objects.filter(person_id__in=person_ids).values_list("person_id", "appeal__campaign_id")
    found: dict[int, set[int]] = {}
    for person_id, campaign_id in rows:
        found.setdefault(person_id or 0, set()).add(campaign_id)
    return {person_id: frozenset(campaign_ids) for person_id, campaign_ids in found.items()}


def _sign_ups(campaign_id: int) -> QuerySet[SignUp]:
    return SignUp.objects.filter(appeal__campaign_id=campaign_id)


def _people(campaign_id: int) -> QuerySet[SignUp]:
    return _sign_ups(campaign_id).filter(person_id__isnull=False)


def _standing(campaign_id: int) -> QuerySet[Answer]:
    return Answer.objects.filter(campaign_id=campaign_id, person_id=OuterRef("person_id"), stands=True)

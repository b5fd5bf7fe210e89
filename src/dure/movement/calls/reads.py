"""Questions about calls: appeals, who waits for an answer, what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db.models import Count, Exists, OuterRef, QuerySet

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.calls.models import Answer, Appeal, SignUp
from dure.movement.calls.types import (
    ANSWER_KINDS,
    AnswerFacts,
    AnswerKind,
    AppealFacts,
    CallTally,
    StandingAnswer,
)
from dure.movement.campaigns import reads as campaigns

# P9: no published figure counts fewer people.
PUBLISHED_COUNT_MIN = 10
_APPEAL = ("id", "campaign_id", "code", "title", "text", "opened_at")


def appeal(code: str) -> AppealFacts:
    """A call by the code in its link. Refuses with NotFound."""
    row = Appeal.objects.filter(code=code).values_list(*_APPEAL).first()
    if row is None:
        raise NotFound(what="call")
    return AppealFacts(*row)


def appeal_of(campaign_id: int) -> AppealFacts | None:
    """The newest call of a campaign, None before the first."""
    rows = Appeal.objects.filter(campaign_id=campaign_id).order_by("-opened_at", "-pk")
    row = rows.values_list(*_APPEAL).first()
    return None if row is None else AppealFacts(*row)


def open_appeal_of(campaign_id: int, now: datetime) -> AppealFacts | None:
    """The newest call of a campaign while it takes sign-ups, else None."""
    campaign = campaigns.campaign_by_id(campaign_id)
    is_over = campaigns.local_day(campaign, now) > campaign.ends_on
    return None if campaign.state != "open" or is_over else appeal_of(campaign_id)


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

    ``sign_ups`` and ``answers``, oldest first, as JSON values. Refuses others with NotFound.
    """
    actor.must_be(person_id)
    sign_ups = SignUp.objects.filter(person_id=person_id).order_by("pk")
    answers = Answer.objects.filter(person_id=person_id).order_by("pk")
    return {
        "sign_ups": [
            {"id": str(client_id), "call": code, "at": at.isoformat()}
            for client_id, code, at in sign_ups.values_list("client_id", "appeal__code", "at")
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


def standing_answers(campaign_id: int) -> dict[int, AnswerFacts]:
    """The answer that stands, by person id. For operations, not for a page."""
    standing = Answer.objects.filter(campaign_id=campaign_id, stands=True)
    rows = standing.values_list("person_id", "kind", "reason", "by_date")
    return {
        person_id: AnswerFacts(cast("AnswerKind", kind), reason, by_date)
        for person_id, kind, reason, by_date in rows.iterator(chunk_size=5_000)
    }


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


def signed_up_public(campaign_id: int) -> int | None:
    """How many signed up, for everybody; None while they are fewer than PUBLISHED_COUNT_MIN (P9)."""
    count = _sign_ups(campaign_id).count()
    return count if count >= PUBLISHED_COUNT_MIN else None


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


def _sign_ups(campaign_id: int) -> QuerySet[SignUp]:
    return SignUp.objects.filter(appeal__campaign_id=campaign_id)


def _people(campaign_id: int) -> QuerySet[SignUp]:
    return _sign_ups(campaign_id).filter(person_id__isnull=False)


def _standing(campaign_id: int) -> QuerySet[Answer]:
    return Answer.objects.filter(campaign_id=campaign_id, person_id=OuterRef("person_id"), stands=True)

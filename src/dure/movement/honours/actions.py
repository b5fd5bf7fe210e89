"""Use cases of honours: thank everybody for what they did, and put the unsung forward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from dure.base import outbox
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.base.rows import insert_new
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.audit import reads as audit
from dure.movement.campaigns import reads as campaigns
from dure.movement.honours import reads
from dure.movement.honours.errors import (
    HonourUnverified,
    NominationAnswered,
    NominationReused,
    SelfNomination,
)
from dure.movement.honours.models import Nomination, Thanks
from dure.movement.honours.types import KINDS, NewNomination, NominationFacts, WorkedFacts
from dure.movement.people import reads as people

# Thanks and their notices in one transaction: near 100 ms, so that others get in between.
CHUNK_ROWS = 2_000
REASON_LENGTH_MAX = 500
_COLUMNS = ("campaign_id", "person_id", "post_id", "day", "minutes", "given_at")


def thank_day(*, campaign_id: int, day: date, worked: Sequence[WorkedFacts], now: datetime) -> int:
    """Thank everybody who worked on a day, each once, with one notice; the count of new thanks.

    Of somebody who stands there with several posts the longest counts. Thanking again changes nothing, so that
    whoever synced late can be thanked later. For operations: what was worked comes from upstream.
    """
    must(now.tzinfo is not None, "now is aware")
    longest: dict[int, WorkedFacts] = {}
    for facts in worked:
        held = longest.get(facts.person_id)
        if facts.minutes > 0 and (held is None or facts.minutes > held.minutes):
            longest[facts.person_id] = facts
    before = _thanks_of(campaign_id, day)
    for chunk in _chunks([longest[person_id] for person_id in sorted(longest)]):
        with transaction.atomic():
            rows = [(campaign_id, facts.person_id, facts.post_id, day, facts.minutes, now) for facts in chunk]
            insert_new(Thanks, _COLUMNS, rows)
            outbox.queue_many(notices=[_notice(campaign_id, day, facts) for facts in chunk], now=now)
    return _thanks_of(campaign_id, day) - before


def nominate(*, actor: Actor, new: NewNomination, now: datetime) -> NominationFacts:
    """Put somebody forward for what they did in a team; they are told, and nothing is shown unless they agree.

    For the team's captain, those who organise its area, and whoever worked in it. The same id twice is one
    nomination. Refuses with SelfNomination, BadInput, NotAllowed, NotFound (the team, or a person who did not work in
    it), HonourUnverified (for output of which nothing was recounted, F3), NominationReused.
    """
    must(now.tzinfo is not None, "now is aware")
    _check_words(new)
    if actor.person_id is not None and actor.person_id == new.person_id:
        raise SelfNomination()
    team = people.team(new.team_id)
    may = actor.captains(team.id) or actor.organises(team.area_path)
    if not may and not (actor.person_id and reads.worked_in(new.campaign_id, actor.person_id, team.id)):
        raise NotAllowed(what="nominating somebody of a team you did not work in")
    if not reads.worked_in(new.campaign_id, new.person_id, team.id):
        raise NotFound(what="person")
    if new.kind == Nomination.Kind.OUTPUT:
        _must_be_recounted(new.campaign_id)
    mark = fingerprint(asdict(new))
    row = Nomination(
        client_id=new.client_id,
        fingerprint=mark,
        campaign_id=new.campaign_id,
        person_id=new.person_id,
        team_id=new.team_id,
        kind=new.kind,
        reason=new.reason.strip(),
        nominated_at=now,
    )
    with transaction.atomic():
        Nomination.objects.bulk_create([row], ignore_conflicts=True)
        stands = Nomination.objects.get(client_id=new.client_id)
        if stands.fingerprint != mark:
            raise NominationReused(client_id=new.client_id)
        notice = NewNotice(new.person_id, "nomination", f"nomination:{new.client_id}")
        outbox.queue(notice=notice, now=now)
    return reads.facts_of([stands])[0]


def consent(*, actor: Actor, nomination_id: int, now: datetime) -> NominationFacts:
    """The nominee agrees to stand on the roll; agreeing twice is once. Refuses with NotFound for all others,
    NominationAnswered."""
    return _answer(actor, nomination_id, agrees=True, now=now)


def decline(*, actor: Actor, nomination_id: int, now: datetime) -> NominationFacts:
    """The nominee would rather not, also after having agreed; then it is shown no more. Refuses with NotFound for
    all others."""
    return _answer(actor, nomination_id, agrees=False, now=now)


def _answer(actor: Actor, nomination_id: int, *, agrees: bool, now: datetime) -> NominationFacts:
    must(now.tzinfo is not None, "now is aware")
    if actor.person_id is None:
        raise NotFound(what="nomination")
    mine = Nomination.objects.filter(pk=nomination_id, person_id=actor.person_id)
    if not mine.exists():
        raise NotFound(what="nomination")
    if agrees:
        mine.filter(consented_at=None, declined_at=None).update(consented_at=now)
    else:
        mine.filter(declined_at=None).update(consented_at=None, declined_at=now)
    facts = reads.facts_of([mine.get()])[0]
    if agrees and facts.state == "declined":
        raise NominationAnswered(state=facts.state)
    return facts


def _check_words(new: NewNomination) -> None:
    if new.kind not in KINDS:
        raise BadInput(where="kind", what=f"{new.kind!r} is no kind of honour", wanted=", ".join(KINDS))
    if not 1 <= len(new.reason.strip()) <= REASON_LENGTH_MAX:
        wanted = f"1 to {REASON_LENGTH_MAX} letters"
        raise BadInput(where="reason", what="is empty or too long", wanted=wanted)


def _must_be_recounted(campaign_id: int) -> None:
    factors = [
        audit.factor(indicator.id)
        for indicator in campaigns.indicators(campaign_id)
        if indicator.kind == "output"
    ]
    if not any(factor and factor.estimate is not None for factor in factors):
        raise HonourUnverified()


def _thanks_of(campaign_id: int, day: date) -> int:
    return Thanks.objects.filter(campaign_id=campaign_id, day=day).count()


def _notice(campaign_id: int, day: date, facts: WorkedFacts) -> NewNotice:
    return NewNotice(
        person_id=facts.person_id,
        kind="thanks",
        dedupe_key=f"thanks:{campaign_id}:{facts.person_id}:{day}",
        facts={"day": day.isoformat(), "post_id": facts.post_id, "minutes": facts.minutes},
    )


def _chunks(rows: Sequence[WorkedFacts]) -> Iterator[Sequence[WorkedFacts]]:
    for start in range(0, len(rows), CHUNK_ROWS):
        yield rows[start : start + CHUNK_ROWS]

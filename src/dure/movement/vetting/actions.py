"""Use cases of vetting: invite, hand in, look, look a second time. One person or 100,000 in a call.

Who looks is an account: a vetter or an organiser of the place the person lives in. What the movement itself does
(imports, simulations) names the account in ``by``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.outbox import NewNotice
from dure.base.rows import insert_new
from dure.kernel.must import Broken
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import holding
from dure.movement.people import reads as people
from dure.movement.vetting import reads
from dure.movement.vetting.errors import StepNotDue
from dure.movement.vetting.looking import check, second_check
from dure.movement.vetting.models import Check, Pace, Paper
from dure.movement.vetting.papers import attach
from dure.movement.vetting.rules import RENEW_DAYS, TWO_PERSONS, checked_step, with_before
from dure.movement.vetting.sessions import book, call_session_off, plan_session
from dure.movement.vetting.types import Invited

__all__ = [
    "attach",
    "book",
    "call_session_off",
    "check",
    "hand_in",
    "invite",
    "let_go",
    "plan_session",
    "second_check",
    "send_back",
    "state_pace",
]

# People a transaction, so that it stays near 100 ms and others get their turn on SQLite.
CHUNK_PEOPLE: Final = 1_000
# Somebody who leaves between the look and the write fails the chunk, which then looks again.
TRIES_MAX: Final = 3
WORDS_CHARS_MAX: Final = 200
PACE_MAX: Final = 1_000_000


def invite(*, campaign_id: int, person_ids: Sequence[int], steps: Sequence[str], now: datetime) -> Invited:
    """Ask people for their part of these steps, and of what each step needs first.

    Who was asked already, or holds a step for 30 days yet, is left as they are, but for what a campaign asked that is
    over: nobody looks at its queue any more, so it goes on in this one. Who has left, or has not confirmed
    their contact, is passed over, and nobody under 18 is asked for what adults beside children need. Written in
    chunks, each whole: after a crash the same call writes the rest. No notice is queued here: being *invited* is an
    answer, and answers tell themselves.

    Refuses with NotFound (campaign), StepUnknown.
    """
    today = campaigns.local_day(campaigns.campaign_by_id(campaign_id), now)
    good_on = today + timedelta(days=RENEW_DAYS)
    wanted = with_before(steps)
    asked = sorted(set(person_ids))
    # Asked once for all: by chunks it would read everybody's credentials again and again.
    lacks = reads.missing(asked, wanted, day=good_on).lacks
    out = {step: set(reads.under_way(step)) for step in wanted}
    for step in TWO_PERSONS & out.keys():
        out[step].update(people.minor_ids(day=today).tolist())
    over = _over(now)
    invited = 0
    for start in range(0, len(asked), CHUNK_PEOPLE):
        end = start + CHUNK_PEOPLE
        if over:
            left = Check.objects.filter(campaign_id__in=over, person_id__in=asked[start:end], step__in=wanted)
            left.exclude(state__in=reads.ONCE_PASSED).update(campaign_id=campaign_id)
        by_step = {
            step: [
                pk
                for pk, lacked in zip(asked[start:end], column[start:end].tolist(), strict=True)
                if lacked and pk not in out[step]
            ]
            for step, column in lacks.items()
        }
        invited += _insert(campaign_id, by_step, now)
    return Invited(invited_count=invited, standing_count=len(asked) * len(wanted) - invited)


def _over(now: datetime) -> list[int]:
    """The campaigns that are closed, or whose last day has passed."""
    return [
        one.id
        for one in campaigns.campaigns(SYSTEM)
        if one.state == "closed" or campaigns.local_day(one, now) > one.ends_on
    ]


def _insert(campaign_id: int, by_step: Mapping[str, Sequence[int]], now: datetime) -> int:
    """Write the invitations of a chunk of people, by step; how many were new."""
    for tries_left in reversed(range(TRIES_MAX)):
        area_of = holding.area_of(sorted({pk for ids in by_step.values() for pk in ids}))
        rows = [
            (pk, campaign_id, area_of[pk], step, Check.State.INVITED, now, "", "", "")
            for step, ids in by_step.items()
            for pk in ids
            if pk in area_of
        ]
        if not rows:
            return 0
        try:
            with transaction.atomic():
                for step, ids in by_step.items():
                    # What ends soon makes room for the row that renews it; what stands stays.
                    ending = Check.objects.filter(step=step, person_id__in=ids, state=Check.State.PASSED)
                    ending.update(state=Check.State.RENEWED)
                here = Check.objects.filter(person_id__in=list(area_of), step__in=list(by_step))
                before = here.count()
                insert_new(Check, _COLUMNS, rows)
                return here.count() - before
        except IntegrityError:
            if not tries_left:
                raise
    raise Broken("the last try returns or raises")


_COLUMNS: Final = (
    *("person_id", "campaign_id", "area_id", "step", "state", "invited_at"),
    *("own_words", "sent_back_why", "evidence"),
)


def hand_in(*, actor: Actor, person_ids: Sequence[int], step: str, now: datetime, own_words: str = "") -> int:
    """Somebody has done their own part of a step: said that it is so, or brought or sent what is asked for.

    ``own_words``: what they say about it, at most 200 letters. How many handed in; who was not asked to is passed
    over, and one who asks for themself is told.

    Refuses with NotFound (somebody else), StepUnknown, BadInput, StepNotDue (of one alone).
    """
    checked_step(step)
    for person_id in () if actor.is_system else person_ids:
        actor.must_be(person_id)
    if len(own_words) > WORDS_CHARS_MAX or not (own_words.isprintable() or not own_words):
        what = f"{len(own_words)} letters can't be used"
        raise BadInput(where="own_words", what=what, wanted=f"at most {WORDS_CHARS_MAX} letters in one line")
    count = 0
    for chunk in _chunks(sorted(set(person_ids))):
        due = Check.objects.filter(person_id__in=chunk, step=step, state=Check.State.INVITED)
        count += due.update(
            state=Check.State.HANDED_IN, handed_in_at=now, own_words=own_words.strip(), sent_back_why=""
        )
    if not count and len(person_ids) == 1:
        raise StepNotDue(step=step)
    return count


def send_back(*, actor: Actor, person_id: int, step: str, why: str, now: datetime) -> None:
    """What was handed in is not enough, or they did not come: it is theirs again, and they are told why.

    What they uploaded is deleted. Refuses with NotFound (also others' people, and nothing handed in), BadInput.
    """
    if not 1 <= len(why.strip()) <= WORDS_CHARS_MAX or not why.isprintable():
        raise BadInput(
            where="why", what="it can't be used", wanted=f"1 to {WORDS_CHARS_MAX} letters in one line"
        )
    with_us = reads.with_us(actor, person_ids=[person_id], step=checked_step(step))
    with transaction.atomic():
        back = with_us.update(
            state=Check.State.INVITED,
            handed_in_at=None,
            session=None,
            seen_at=None,
            first_by=None,
            evidence="",
            sent_back_why=why.strip(),
        )
        if not back:
            raise NotFound(what="step")
        Paper.objects.filter(step_of__person_id=person_id, step_of__step=step).delete()
        outbox.queue(
            notice=NewNotice(
                person_id=person_id,
                kind="step_sent_back",
                dedupe_key=f"step_sent_back:{person_id}:{step}:{now.isoformat()}",
                facts={"step": step, "reason": why.strip()},
            ),
            now=now,
        )


def let_go(*, actor: Actor, person_id: int, step: str) -> None:
    """Somebody would rather not: the step is gone with all that was handed in, as if they had never been asked (P3).

    What is through stays theirs. Refuses with NotFound (somebody else), StepNotDue.
    """
    actor.must_be(person_id)
    open_ = Check.objects.filter(person_id=person_id, step=step).exclude(
        state__in=(Check.State.PASSED, Check.State.RENEWED)
    )
    if not open_.delete()[0]:
        raise StepNotDue(step=step)


def state_pace(*, actor: Actor, campaign_id: int, step: str, per_day: int) -> None:
    """Say how many people a day the crew can take through a step, until measured days say it better.

    Refuses with NotFound, NotAllowed, StepUnknown, BadInput.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    actor.must_organise(campaign.area_path)
    checked_step(step)
    if not 0 <= per_day <= PACE_MAX:
        raise BadInput(where="per_day", what=f"{per_day} can't be used", wanted=f"0 to {PACE_MAX}")
    Pace.objects.update_or_create(campaign_id=campaign_id, step=step, defaults={"per_day": per_day})


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK_PEOPLE):
        yield list(ids[start : start + CHUNK_PEOPLE])

"""The honest, dated answer (P1), composed from what every room knows.

Nobody is told that they are accepted unless there is a post for them; who is not needed yet hears
by which day they will hear more, and why. A date is kept, or corrected before it passes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, cast
from uuid import UUID

import numpy as np
from django.utils.translation import gettext

from dure.base import undoing
from dure.base.access import SYSTEM, Actor
from dure.engine.plan.line import BEYOND
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.answering_columns import AnswerColumns, answer_columns
from dure.movement.calls.standing import has_told_all, once_told, signed_up, standing_columns
from dure.movement.calls.types import (
    ANSWER_KINDS,
    Answered,
    AnswerFacts,
    AnswerKind,
    Receipt,
    SignUpForm,
)
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.matching.gather import window
from dure.movement.needs import reads as needs
from dure.movement.people.types import Bools, Ints
from dure.movement.vetting import actions as vetting
from dure.movement.vetting import reads as vetting_reads
from dure.movement.vetting.rules import USUAL_STEPS
from dure.operations import answer_words as words
from dure.operations.answer_rules import (
    UNTOLD,
    Facts,
    Moment,
    Standing,
    in_line,
    may_be_accepted,
    stands_accepted,
    to_tell,
    true_answers,
)
from dure.operations.answer_words import WORDS
from dure.operations.letters import day_words
from dure.operations.line import Queue, queue, serve
from dure.operations.overtaken import OFFERED, PLACED

# The act of opening a campaign (``operations.opening``). So long it can be undone with lists in line, before anybody of
# them is told: much less than the day in which they hear (P1).
OPENING: Final = "open"
FIRST_ANSWERS_AFTER: Final = timedelta(minutes=10)
# So long a contact may be shown to be theirs; then everything they wrote is deleted.
CONFIRM_DAYS: Final = 7
# After this hour of a day nothing that was promised for it comes any more: it is corrected before the day is over.
PROMISES_END: Final = timedelta(hours=20)
# Of those who are called some don't come, so more are prepared than there are seats.
PEOPLE_A_SEAT: Final = 1.3
# Nine cases in ten; the days to spare that an accepted person is told make the promise of it surer than that.
ACCEPT_Z: Final = 1.3
# Who hears one of these finds the steps on their page, also one that they took back, or that a campaign asked for which
# is over. Who was asked already is not asked twice.
_ASKED: Final = tuple(
    WORDS.index(one) for one in (words.INVITED, words.BEING_CHECKED, words.OWN_PART_MISSING)
)


def first_answer(campaign: CampaignFacts, *, now: datetime) -> AnswerFacts:
    """What somebody hears who has just signed up: that the contact is to be confirmed, and by when."""
    by_date = confirm_by(campaign, now=now)
    return AnswerFacts(words.CONFIRM.kind, words.CONFIRM.reason, by_date)


def confirm_by(campaign: CampaignFacts, *, now: datetime) -> date:
    """The last day on which whoever signs up now may give their code: a week on, never after the campaign's end."""
    today = campaigns.local_day(campaign, now)
    return min(today + timedelta(days=CONFIRM_DAYS), max(campaign.ends_on, today))


def after_confirming(campaign: CampaignFacts, *, person_id: int, now: datetime) -> AnswerFacts:
    """What somebody hears who has just confirmed, until the line has been looked at: within minutes."""
    today = campaigns.local_day(campaign, now)
    by_date = min(today + timedelta(days=1), max(campaign.ends_on, today))
    return AnswerFacts(words.CONFIRMED.kind, words.CONFIRMED.reason, by_date)


def sign_up(*, client_id: UUID, appeal_code: str, form: SignUpForm, now: datetime) -> Receipt:
    """Take a sign-up with its first honest answer. Refuses as ``calls.actions.sign_up`` does."""
    appeal = calls_reads.appeal(appeal_code)
    campaign = campaigns.campaign_by_id(appeal.campaign_id)
    return calls.sign_up(
        client_id=client_id,
        appeal_code=appeal_code,
        form=form,
        first_answer=first_answer(campaign, now=now),
        now=now,
        unconfirmed_until=confirm_by(campaign, now=now),
    )


def current(*, actor: Actor, person_id: int, campaign_id: int, now: datetime) -> AnswerFacts | None:
    """What is true for a person now: a post they have, one they are offered, else the answer that stands.

    Placements and offers speak for themselves, so no row repeats them, and a declined offer leaves none (P3).
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    today = campaigns.local_day(campaign, now)
    mine = matching.placements_of(actor, person_id)
    asked = matching.offers_of(actor, person_id)
    here = needs.posts([*(one.post_id for one in mine), *(one.post_id for one in asked)])
    here = {pk: post for pk, post in here.items() if post.campaign_id == campaign_id}
    posts = [
        one.day
        for one in mine
        if one.post_id in here and one.day >= today and one.state in {"accepted", "present"}
    ]
    if posts:
        return AnswerFacts("placed", gettext(PLACED) % {"day": day_words(min(posts))}, min(posts))
    offers = [
        offer.day
        for offer in asked
        if offer.post_id in here and offer.state == "open" and offer.expires_at > now
    ]
    if offers:
        reason = gettext(OFFERED) % {"day": day_words(min(offers))}
        return AnswerFacts("offered", reason, min(offers))
    standing = calls_reads.answer_for(actor, person_id, campaign_id)
    return standing.answer if standing else None


def refresh(*, campaign_id: int, day: date, now: datetime) -> Answered:
    """Bring everybody's answer up to date: what is still true and whose date has not come is left as it is.

    Whoever is invited by it is asked for their own part. ``day``: the day that was opened or settled; after the
    last one nobody is needed any more. Refreshed again at once, next to nobody hears anything new.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    found = look(campaign, day=day, now=now)
    invited = found.person[found.tell & np.isin(found.answer, _ASKED)]
    if len(invited):
        # Before they hear of it: what they are asked for stands on their page by then.
        vetting.invite(campaign_id=campaign_id, person_ids=invited.tolist(), steps=USUAL_STEPS, now=now)
    given = answer_columns(campaign_id=campaign_id, answers=_new_answers(found), now=now)
    return given + Answered(given_count=0, unchanged_count=len(found.person) - int(found.tell.sum()))


def refresh_open(now: datetime) -> int:
    """Refresh every campaign that is open, or is over and has not told everybody so; how many answers were given.

    For the worker that runs by itself. One campaign that breaks holds up no other; what broke is raised at the end.
    """
    given = 0
    broken: Exception | None = None
    for campaign in campaigns.campaigns(actor=SYSTEM):
        today = campaigns.local_day(campaign, now)
        is_over = campaign.state == "closed" or today > campaign.ends_on
        if campaign.state == "draft" or (is_over and has_told_all(campaign.id, words.OVER.reason)):
            continue
        if undoing.stands(kind=OPENING, campaign_id=campaign.id, since=now - FIRST_ANSWERS_AFTER):
            continue
        try:
            given += refresh(campaign_id=campaign.id, day=today, now=now).given_count
        except Exception as no:  # whatever it is, it is raised below
            broken = broken or no
    if broken:
        raise broken
    return given


@dataclass(frozen=True, eq=False)
class Looked:
    """What is true for everybody who signed up, by ascending person id; ``tell``: who has to hear it."""

    person: Ints
    answer: Ints  # number in WORDS
    by: Ints  # ordinal of the date
    tell: Bools


def look(campaign: CampaignFacts, *, day: date, now: datetime) -> Looked:
    """What is true for everybody now, and who was told otherwise. Writes nothing."""
    today = campaigns.local_day(campaign, now)
    settled = matching.is_settled(campaign.id, day)
    line = queue(campaign, today=today, now=now)
    person = signed_up(campaign.id)
    told = _standing(campaign.id, person)
    at = Moment(
        today=today.toordinal(),
        last=campaign.ends_on.toordinal(),
        now_s=int(now.timestamp()),
        is_late=now >= window(campaign, today)[0] + PROMISES_END or (settled and day >= today),
        is_over=campaign.state == "closed"
        or today > campaign.ends_on
        or (day >= campaign.ends_on and settled),
        is_forecast=line.is_forecast,
        vetting_days=_vetting_days(campaign.id, now),
        # Of a break with a last day the line knows the days: it promises others. Of one without, nothing can be said.
        is_paused=any(one.last_day is None and one.first_day <= today for one in breaks.of(campaign.id)),
    )
    before = _facts(campaign, line, person)
    everybody = serve(
        line, _by_row(line, person, in_line(before, told, at)), campaign=campaign, turns=line.had,
        people_a_seat=PEOPLE_A_SEAT,
    )  # fmt: skip
    # Whoever was accepted comes before all others: their seat is counted already.
    first = np.where(_by_row(line, person, stands_accepted(before, told, at)), -1, line.had)
    ready = _by_row(line, person, may_be_accepted(before, told, at))
    surely = serve(line, ready, campaign=campaign, turns=first, z=ACCEPT_Z)
    row, there = _rows(line, person)
    facts = replace(
        before,
        expected=np.where(there, everybody.expected[row], BEYOND),
        promised=np.where(there, everybody.promised[row], BEYOND),
        hourless=there & everybody.hourless[row],
        sure=np.where(there, surely.promised[row], BEYOND),
    )
    answer, by = true_answers(facts, told, at)
    word_for_word = (answer == told.words) & (by == told.by)
    return Looked(person, answer, by, to_tell(answer, facts, told, at) & ~word_for_word)


def _vetting_days(campaign_id: int, now: datetime) -> int:
    """Days until somebody who hands in now is through the usual steps; a step that nobody can speak for adds none."""
    queues = vetting_reads.throughput(campaign_id, now)
    return max(queues[step].days_ahead or 0 for step in USUAL_STEPS)


def _rows(line: Queue, person: Ints) -> tuple[Ints, Bools]:
    """The row of each person in the queue, and whether they are there at all."""
    known = line.people.person
    if not len(known):
        return np.zeros(len(person), np.int64), np.zeros(len(person), np.bool_)
    at = np.minimum(np.searchsorted(known, person), len(known) - 1)
    return at, known[at] == person


def _by_row(line: Queue, person: Ints, chosen: Bools) -> Bools:
    """The chosen of the people, as rows of the queue."""
    row, there = _rows(line, person)
    marked = np.zeros(line.people.count, np.bool_)
    marked[row[there & chosen]] = True
    return marked


def _facts(campaign: CampaignFacts, line: Queue, person: Ints) -> Facts:
    """Everything but where the line has them."""
    row, there = _rows(line, person)
    people = line.people
    nowhere = np.full(len(person), BEYOND, np.int64)
    under_way = vetting_reads.standing(None, steps=USUAL_STEPS)
    own_part_left = np.isin(person, under_way.person[~under_way.with_us])

    def of(column: Bools) -> Bools:
        return there & column[row] if len(column) else there

    return Facts(
        here=there,
        confirmed=of(people.confirmed),
        free_to_decide=of(people.free_to_decide),
        ready=of(line.ready),
        hourless=np.zeros(len(person), np.bool_),
        with_us=np.isin(person, under_way.person) & ~own_part_left,
        had=_value(line.had, row, there),
        taken_s=_value(line.taken_s, row, there),
        ahead=_value(line.ahead, row, there),
        expected=nowhere,
        promised=nowhere,
        sure=nowhere,
    )


def _value(column: Ints, row: Ints, there: Bools) -> Ints:
    return np.where(there, column[row], 0) if len(column) else np.zeros(len(row), np.int64)


def _standing(campaign_id: int, person: Ints) -> Standing:
    """What these people (ascending ids) were told."""
    told = standing_columns(campaign_id)
    number = {one.reason: k for k, one in enumerate(WORDS)}
    of_reason = np.array([number.get(text, UNTOLD) for text in told.reason.distinct] or [0], np.int64)
    of_kind = np.array(
        [ANSWER_KINDS.index(cast(AnswerKind, text)) for text in told.kind.distinct] or [0], np.int64
    )
    of_date = np.array(
        [date.fromisoformat(text).toordinal() for text in told.by_date.distinct] or [0], np.int64
    )
    found = Standing(
        words=np.full(len(person), UNTOLD, np.int64),
        kind=np.full(len(person), UNTOLD, np.int64),
        by=np.zeros(len(person), np.int64),
        at_s=np.zeros(len(person), np.int64),
        was_accepted=np.isin(person, once_told(campaign_id, words.ACCEPTED.kind)),
    )
    if len(person) and len(told.person):
        at = np.minimum(np.searchsorted(person, told.person), len(person) - 1)
        known = person[at] == told.person
        found.words[at[known]] = of_reason[told.reason.places][known]
        found.kind[at[known]] = of_kind[told.kind.places][known]
        found.by[at[known]] = of_date[told.by_date.places][known]
        found.at_s[at[known]] = told.given_s[known]
    return found


def _new_answers(found: Looked) -> AnswerColumns:
    rows = np.flatnonzero(found.tell)
    said = tuple((one.kind, one.reason) for one in WORDS)
    return AnswerColumns(found.person[rows], found.answer[rows], found.by[rows], said)

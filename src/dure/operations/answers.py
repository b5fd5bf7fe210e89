"""The honest, dated answer (P1), composed from what every room knows.

Nobody is told that they are accepted unless there is a post for them; who is not needed yet hears
by which day they will hear more, and why. A date is kept, or corrected before it passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from dure.base.access import Actor
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import Answered, AnswerFacts, AnswerKind, NewAnswer, Receipt, SignUpForm
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.matching.gather import window
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.people.types import PlaceablePeople

# When no need is known yet, people hear again within a week: a date one can keep.
HEAR_AGAIN_DAYS = 7


def _hear_by(campaign: CampaignFacts, today: date) -> date:
    """The next day with published needs after today, else a week from now, never after the campaign."""
    coming = [day for day in needs.days(campaign.id) if day > today]
    return min(coming[0] if coming else today + timedelta(days=HEAR_AGAIN_DAYS), max(campaign.ends_on, today))


def first_answer(campaign: CampaignFacts, *, now: datetime) -> AnswerFacts:
    """What somebody hears who has just signed up: what is missing before they can be placed, and by when."""
    today = campaigns.local_day(campaign, now)
    return AnswerFacts(
        kind="incomplete",
        reason=(
            "Thank you. Before you can be placed you need a briefing and insurance cover; "
            "we arrange both and tell you the day."
        ),
        by_date=_hear_by(campaign, today),
    )


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
    )


def _missing(everyone: PlaceablePeople, row: int) -> str:
    """What stops a person from any post at all; empty when nothing does."""
    lacks = []
    if not everyone.covered[row]:
        lacks.append("insurance cover")
    if not everyone.briefed[row]:
        lacks.append("a briefing")
    if everyone.age[row] < 18 and not everyone.guardian_agreed[row]:
        lacks.append("your guardian's consent")
    return " and ".join(lacks)


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
        return AnswerFacts("placed", f"You have a post on {min(posts):%d %B %Y}. Thank you.", min(posts))
    offers = [
        offer.day
        for offer in asked
        if offer.post_id in here and offer.state == "open" and offer.expires_at > now
    ]
    if offers:
        reason = f"There is a post for you on {min(offers):%d %B %Y}. Accept or decline it; a no is free."
        return AnswerFacts("offered", reason, min(offers))
    standing = calls_reads.answer_for(actor, person_id, campaign_id)
    return standing.answer if standing else None


def refresh(*, campaign_id: int, day: date, now: datetime) -> Answered:
    """Bring the answers of everybody who signed up, and has no post or offer on ``day``, up to date.

    An answer that is still true and whose date has not come is left as it is: nobody hears of it twice.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    return calls.answer_many(campaign_id=campaign_id, answers=list(_answers(campaign, day, now)), now=now)


def _busy(campaign: CampaignFacts, day: date) -> set[int]:
    """Who has a post or an open offer on the day, until it is settled."""
    if matching.is_settled(campaign.id, day):
        return set()
    awaited = matching.placements_of_day(campaign.id, day)
    busy = {placement.person_id for placement in awaited if placement.person_id is not None}
    return busy | {offer.person_id for offer in matching.open_offers(campaign.id, day)}


def _answers(campaign: CampaignFacts, day: date, now: datetime) -> Iterator[NewAnswer]:
    start, end = window(campaign, day)
    everyone = people.placeable(area_path=campaign.area_path, day=day, day_start=start, day_end=end)
    row_of = {person_id: row for row, person_id in enumerate(everyone.person.tolist())}
    busy = _busy(campaign, day)
    standing = calls_reads.standing_answers(campaign.id)
    today = campaigns.local_day(campaign, now)
    over = today > campaign.ends_on or (day >= campaign.ends_on and matching.is_settled(campaign.id, day))
    by_date = _hear_by(campaign, max(today, day))
    for person_id in calls_reads.people_of(campaign.id):
        if person_id in busy:
            continue
        kind, reason = _kind_and_reason(everyone, row_of.get(person_id), over)
        told = standing.get(person_id)
        if told is None or (told.kind, told.reason) != (kind, reason) or told.by_date <= today:
            yield NewAnswer(person_id, kind, reason, by_date)


def _kind_and_reason(everyone: PlaceablePeople, row: int | None, over: bool) -> tuple[AnswerKind, str]:
    """``row``: of the person, None for who is not among the placeable; ``over``: the last day has been settled."""
    if over:
        return "not_needed", (
            "This campaign has ended and has no further post for you. Thank you for offering: "
            "neighbours and other drives near you can use your help."
        )
    if row is None:
        return "not_needed", (
            "You live outside the places of this campaign, or you asked not to be matched, so it has no post for you. "
            "Thank you for offering."
        )
    if lacks := _missing(everyone, row):
        return "incomplete", f"Before you can be placed you need {lacks}. We arrange it with you."
    # True before the match as well as after it; which seats are left is not known to anybody yet.
    return "reserve", (
        "You are on the reserve. Posts are given out day by day to fit your hours, your skills and how far you "
        "travel, and of those who fit equally well whoever has waited longest comes first."
    )

"""The honest, dated answer (P1), composed from what every room knows.

Nobody is told that they are accepted unless there is a post for them; who is not needed yet hears
by which day they will hear more, and why. A date is kept, or corrected before it passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import Answered, AnswerFacts, NewAnswer, Receipt, SignUpForm
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


def answer_placed(*, campaign_id: int, person_id: int, day: date, now: datetime) -> None:
    """Tell one person that their seat is taken."""
    calls.answer(
        person_id=person_id, campaign_id=campaign_id, kind="placed", reason=_placed(day), by_date=day, now=now
    )


def _placed(day: date) -> str:
    return f"You have a post on {day:%d %B %Y}. Thank you."


def refresh(*, campaign_id: int, day: date, now: datetime) -> Answered:
    """Bring the answers of a campaign's people up to date with the day's offers and placements.

    An unchanged answer is not written again, and nobody hears of it twice.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    start, end = window(campaign, day)
    everyone = people.placeable(area_path=campaign.area_path, day=day, day_start=start, day_end=end)
    asked = set(calls_reads.people_of(campaign_id))
    return calls.answer_many(
        campaign_id=campaign_id,
        answers=list(_answers(campaign, day, everyone, asked, now)),
        now=now,
    )


def _answers(
    campaign: CampaignFacts, day: date, everyone: PlaceablePeople, asked: set[int], now: datetime
) -> Iterator[NewAnswer]:
    today = campaigns.local_day(campaign, now)
    over = day < today or matching.is_settled(campaign.id, day)
    placed = {p.person_id for p in matching.placements_of_day(campaign.id, day) if p.state == "accepted"}
    offered = {offer.person_id for offer in matching.open_offers(campaign.id, day)}
    by_date = _hear_by(campaign, max(today, day) if over else today)
    for row, person_id in enumerate(everyone.person.tolist()):
        if person_id not in asked:
            continue
        if not over and person_id in placed:
            yield NewAnswer(person_id, "placed", _placed(day), day)
        elif not over and person_id in offered:
            reason = f"There is a post for you on {day:%d %B %Y}. Accept or decline it on your page."
            yield NewAnswer(person_id, "offered", reason, day)
        elif lacks := _missing(everyone, row):
            reason = f"Before you can be placed you need {lacks}. We arrange it with you."
            yield NewAnswer(person_id, "incomplete", reason, by_date)
        elif by_date <= today and today >= campaign.ends_on:
            reason = (
                "The campaign ends today and every seat you could take is filled. Thank you for offering."
            )
            yield NewAnswer(person_id, "not_needed", reason, by_date)
        else:
            reason = (
                "Every seat near you that fits your hours and skills is filled for now. "
                "You are on the reserve, and whoever has waited longest comes first."
            )
            yield NewAnswer(person_id, "reserve", reason, by_date)

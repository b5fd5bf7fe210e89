"""How the line stands, in counts, for organisers: who was told what, which dates were kept, how many seats come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from dure.base.access import Actor
from dure.engine.plan.following import first_event
from dure.movement.calls import reads as calls
from dure.movement.calls.standing import every_answer
from dure.movement.calls.types import ANSWER_KINDS, AnswerKind
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.turns import said_yes
from dure.movement.people.types import Ints
from dure.operations.answer_words import OVER
from dure.operations.counted_lately import counted_lately
from dure.operations.line import seats_of


@dataclass(frozen=True, slots=True)
class DatesKept:
    """Of the dates that have come, or were replaced: kept, corrected before they passed, or neither.

    *Reserve* is kept by an invitation, an acceptance or a post that somebody took by then, *accepted* by a post alone,
    everything else by a later word. Who was offered a post and said no is counted as not kept: nothing remembers the
    offer (P3). So ``kept_count`` is the least there can have been.
    """

    due_count: int
    kept_count: int
    corrected_count: int

    @property
    def passed_count(self) -> int:
        """Dates that passed without a word: broken promises."""
        return self.due_count - self.kept_count - self.corrected_count


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Exact, for organisers: not for publication (P9)."""

    signed_up_count: int
    unanswered_count: int
    by_kind: Mapping[AnswerKind, int]
    dates: DatesKept
    seats_known: int
    seats_expected: int
    days_ahead: int


def line_facts(actor: Actor, campaign: CampaignFacts, *, now: datetime) -> LineFacts:
    """How the line of a campaign stands. Refuses with NotAllowed who doesn't organise all of it."""
    actor.must_organise(campaign.area_path, what="seeing the line")
    tally = calls.tally(campaign.id)
    seats = seats_of(campaign, today=campaigns.local_day(campaign, now), now=now)
    return LineFacts(
        signed_up_count=tally.signed_up_count,
        unanswered_count=tally.unanswered_count,
        by_kind=tally.by_kind,
        dates=_dates_lately(campaign, now),
        seats_known=round(float(seats.known.sum())),
        seats_expected=round(float(seats.further.sum())),
        days_ahead=seats.days,
    )


def _dates_lately(campaign: CampaignFacts, now: datetime) -> DatesKept:
    """As counted lately: it reads every answer there ever was, and desks look again and again."""
    return counted_lately(f"dure.dates-kept.{campaign.id}", lambda: dates_kept(campaign, now=now))


def dates_kept(campaign: CampaignFacts, *, now: datetime) -> DatesKept:
    """What became of the dates people were given so far."""
    told = every_answer(campaign.id)
    if not len(told.person):
        return DatesKept(0, 0, 0)
    kind = np.array([ANSWER_KINDS.index(text) for text in told.kind.distinct])[told.kind.places]
    zone = ZoneInfo(campaign.timezone)
    # A date passes when the next day begins there: not every day has 24 hours.
    ends = [
        int((datetime.fromisoformat(text) + timedelta(days=1)).replace(tzinfo=zone).timestamp())
        for text in told.by_date.distinct
    ]
    until_s = np.array(ends, np.int64)[told.by_date.places]
    next_s, next_kind = _next(told.person, told.given_s, kind)
    person, yes_s = said_yes(campaign.id)
    took = first_event(told.person, told.given_s, person, yes_s, strictly=False)
    placed_s = np.full(len(took), NEVER, np.int64)
    placed_s[took >= 0] = yes_s[took[took >= 0]]
    reserve, accepted = (ANSWER_KINDS.index(one) for one in ("reserve", "accepted"))
    calls_them = np.isin(next_kind, [ANSWER_KINDS.index(one) for one in ("accepted", "invited", "placed")])
    heard_s = np.where(kind == accepted, NEVER, np.where((kind == reserve) & ~calls_them, NEVER, next_s))
    kept = np.minimum(heard_s, placed_s) < until_s
    replaced = next_s < until_s
    due = kept | replaced | (until_s <= now.timestamp())
    # That a campaign is over is the last word: it promises nothing further.
    due &= np.array([text != OVER.reason for text in told.reason.distinct])[told.reason.places]
    return DatesKept(int(due.sum()), int((due & kept).sum()), int((due & ~kept & replaced).sum()))


NEVER = np.iinfo(np.int64).max


def _next(person: Ints, given_s: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """When each person was answered next, and what; rows stand by person and in the order in which they were given."""
    follows = np.append(person[1:] == person[:-1], False)
    return (
        np.where(follows, np.append(given_s[1:], 0), NEVER),
        np.where(follows, np.append(kind[1:], 0), -1),
    )

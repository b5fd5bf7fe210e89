"""A friendly challenge: two teams agree to emulate each other, on terms that a captain of each has signed.

Nothing follows from not signing (P3): a proposal that is set aside looks to whoever made it like one that nobody
answered yet, and both are deleted after the day by which an answer was asked for. Either side ends an agreement at
once, without a reason, and which side it was isn't kept. What came of it is told only as far as the days carry.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from dure.base import accounts, outbox
from dure.base.access import Actor
from dure.base.asked_rows import AskedRows
from dure.base.one_look import once_a_look
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.standings.errors import (
    ChallengeNeedsTwo,
    ChallengeOver,
    ChallengeReused,
    ChallengeTermsChanged,
    ChallengeUnknown,
    ChallengeUnlike,
)
from dure.movement.standings.models import Challenge

__all__ = [
    "ASKED",
    "DAYS_MAX",
    "DAYS_MIN",
    "WORDS_LENGTH_MAX",
    "ChallengeFacts",
    "Compares",
    "NewChallenge",
    "agreed",
    "challenge",
    "end",
    "lapse",
    "of_team",
    "propose",
    "set_aside",
    "sign",
    "waiting",
]

# Fewer days can't tell two teams apart; more is a campaign of its own.
DAYS_MIN: Final = 4
DAYS_MAX: Final = 100
# Within so many days both sides have signed, or it never was.
ANSWER_DAYS: Final = 14
WORDS_LENGTH_MAX: Final = 500
# Unsigned proposals a team can have out at once: an invitation is no flood.
PROPOSED_MAX: Final = 5

# level: how much of what was expected of each in these days; change: each against its own days before.
Compares = Literal["level", "change"]
# The kind of notice to the captains who are asked; operations.challenging has its words.
ASKED: Final = "challenge_asked"
State = Literal["proposed", "agreed", "running", "over", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChallenge:
    """The terms. ``client_id``: made by whoever proposes; asking twice proposes once."""

    client_id: UUID
    campaign_id: int
    indicator_id: int
    first_team_id: int
    second_team_id: int
    compares: Compares
    first_day: date
    last_day: date
    words: str = ""

    @property
    def digest(self) -> str:
        """Of the terms: what both sides sign."""
        return fingerprint(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeFacts:
    """A challenge as both teams see it, and, once it is agreed, everybody. Who signed isn't among its facts."""

    id: int
    campaign_id: int
    indicator: IndicatorFacts
    first_team: TeamFacts
    second_team: TeamFacts
    compares: Compares
    first_day: date
    last_day: date
    words: str
    digest: str
    proposed_at: datetime
    answer_by: date
    signed_at: datetime | None
    ended_on: date | None

    def state(self, today: date) -> State:
        if self.signed_at is None:
            return "proposed"
        if self.ended_on is not None:
            return "ended"
        if today > self.last_day:
            return "over"
        return "running" if today >= self.first_day else "agreed"

    def other(self, team_id: int) -> TeamFacts:
        """The team on the other side."""
        return self.second_team if team_id == self.first_team.id else self.first_team


def propose(*, actor: Actor, new: NewChallenge, now: datetime) -> ChallengeFacts:
    """A captain of the first team proposes terms, and signs them by that; the captains of the other are written to.

    Once a week at most from one team to another, however often something is proposed and taken back.
    Refuses with NotFound (campaign, indicator, team), BadInput, ChallengeNeedsTwo, ChallengeUnlike, ChallengeReused.
    """
    must(now.tzinfo is not None, "now is aware")
    actor.must_captain(new.first_team_id)
    account_id = _account(actor)
    if (known := Challenge.objects.filter(client_id=new.client_id).first()) is not None:
        return _same(known, new)
    campaign = campaigns.campaign_by_id(new.campaign_id)
    today = campaigns.local_day(campaign, now)
    _check(new, campaign, today)
    row = Challenge(
        **asdict(new),
        digest=new.digest,
        proposed_by_id=account_id,
        proposed_at=now,
        # Who signs later knows already how the first days went.
        answer_by=min(today + timedelta(days=ANSWER_DAYS), new.first_day),
    )
    with transaction.atomic():
        Challenge.objects.bulk_create([row], ignore_conflicts=True)
        stands = Challenge.objects.get(client_id=new.client_id)
        out = Challenge.objects.filter(first_team_id=new.first_team_id, signed_at__isnull=True)
        if out.count() > PROPOSED_MAX:
            raise BadInput(
                where="challenge",
                what=f"{PROPOSED_MAX} proposals of this team wait for an answer",
                wanted="patience: each is signed or gone by its date",
            )
        # Of two copies of one request both ask: the key of the notice lets one through.
        _tell(stands, today, now)
    return _same(stands, new)


def _tell(asked: Challenge, today: date, now: datetime) -> None:
    """Write to the captains of the second team, but for whoever proposed."""
    week = "-".join(map(str, today.isocalendar()[:2]))
    key = f"{ASKED}:{asked.first_team_id}:{asked.second_team_id}:{week}"
    notices = [
        outbox.NewNotice(outbox.NOBODY, ASKED, f"{key}:{pk}", {"account_id": pk, "challenge": asked.pk})
        for pk in accounts.captains_of(asked.second_team_id)
        if pk != asked.proposed_by_id
    ]
    outbox.queue_many(notices=notices, now=now)


def waiting(challenge_id: int) -> ChallengeFacts | None:
    """A proposal that the other side may still sign; None for one that is signed, set aside or gone."""
    rows = Challenge.objects.filter(pk=challenge_id, signed_at__isnull=True, is_set_aside=False)
    return next(iter(_facts(list(rows))), None)


def sign(*, actor: Actor, challenge_id: int, team_id: int, digest: str, now: datetime) -> ChallengeFacts:
    """A captain of the second team signs the terms they saw (``digest``). Signing twice is signing once.

    Refuses with NotFound, ChallengeUnknown, ChallengeTermsChanged, ChallengeNeedsTwo, ChallengeOver.
    """
    must(now.tzinfo is not None, "now is aware")
    actor.must_captain(team_id)
    account_id = _account(actor)
    row = _row(challenge_id, team_id)
    if row.second_team_id != team_id:
        raise ChallengeNeedsTwo()
    if row.digest != digest:
        raise ChallengeTermsChanged()
    if row.signed_at is None:
        today = campaigns.local_day(campaigns.campaign_by_id(row.campaign_id), now)
        if row.proposed_by_id == account_id:
            raise ChallengeNeedsTwo()
        if today > row.answer_by:
            raise ChallengeOver(state="past the day by which both sides had to sign")
        open_rows = Challenge.objects.filter(pk=challenge_id, signed_at__isnull=True)
        open_rows.update(signed_by_id=account_id, signed_at=now, is_set_aside=False)
    return challenge(challenge_id=challenge_id, team_id=team_id)


def set_aside(*, actor: Actor, challenge_id: int, team_id: int) -> None:
    """The other side doesn't want to see a proposal; nobody learns of it. Refuses with NotFound, ChallengeUnknown."""
    actor.must_captain(team_id)
    row = _row(challenge_id, team_id)
    if row.second_team_id != team_id:
        raise ChallengeUnknown()
    Challenge.objects.filter(pk=challenge_id, signed_at__isnull=True).update(is_set_aside=True)


def end(*, actor: Actor, challenge_id: int, team_id: int, now: datetime) -> ChallengeFacts | None:
    """Either side ends it at once, without a reason; a proposal is taken back by who made it, and gone (None).

    Refuses with NotFound, ChallengeUnknown, ChallengeOver.
    """
    must(now.tzinfo is not None, "now is aware")
    actor.must_captain(team_id)
    row = _row(challenge_id, team_id)
    if row.signed_at is None:
        if row.first_team_id != team_id:
            raise ChallengeUnknown()
        Challenge.objects.filter(pk=challenge_id, signed_at__isnull=True).delete()
        return None
    today = campaigns.local_day(campaigns.campaign_by_id(row.campaign_id), now)
    if today > row.last_day:
        raise ChallengeOver(state="over since its last day")
    Challenge.objects.filter(pk=challenge_id, ended_on__isnull=True).update(ended_on=today)
    return challenge(challenge_id=challenge_id, team_id=team_id)


def lapse(now: datetime) -> int:
    """Delete what nobody signed by its date, set aside or not; how many. A chore asks hourly."""
    must(now.tzinfo is not None, "now is aware")
    # Everywhere on earth that date is over by then.
    passed = (now - timedelta(hours=12)).astimezone(UTC).date()
    return Challenge.objects.filter(signed_at__isnull=True, answer_by__lt=passed).delete()[0]


_OF_TEAM = AskedRows(
    Challenge,
    lambda team_id: Challenge.objects.filter(Q(first_team_id=team_id) | Q(second_team_id=team_id)).order_by(
        "-first_day", "-pk"
    ),
    int,
)


@once_a_look
def _of_team(team_id: int) -> list[Challenge]:
    """Each that a team is part of, proposals and what was set aside among them; the newest first."""
    return _OF_TEAM(team_id)


def agreed(*, campaign_id: int, team_id: int | None = None) -> list[ChallengeFacts]:
    """What both sides signed, for everybody, the newest first; perhaps only a team's."""
    if team_id is not None:
        signed = [row for row in _of_team(team_id) if row.signed_at is not None]
        return _facts([row for row in signed if row.campaign_id == campaign_id])
    rows = Challenge.objects.filter(campaign_id=campaign_id, signed_at__isnull=False)
    return _facts(list(rows.order_by("-first_day", "-pk")))


def of_team(*, actor: Actor, team_id: int) -> list[ChallengeFacts]:
    """All of a team's challenges, proposals among them, for its captains. Refuses with NotFound."""
    actor.must_captain(team_id)
    return _facts(
        [row for row in _of_team(team_id) if not (row.is_set_aside and row.second_team_id == team_id)]
    )


def challenge(*, challenge_id: int, team_id: int) -> ChallengeFacts:
    """One challenge of a team. Refuses with ChallengeUnknown."""
    return _facts([_row(challenge_id, team_id)])[0]


def _row(challenge_id: int, team_id: int) -> Challenge:
    row = Challenge.objects.filter(
        Q(first_team_id=team_id) | Q(second_team_id=team_id), pk=challenge_id
    ).first()
    if row is None:
        raise ChallengeUnknown()
    return row


def _account(actor: Actor) -> int:
    if actor.account_id is None:
        raise ChallengeNeedsTwo()
    return actor.account_id


def _same(row: Challenge, new: NewChallenge) -> ChallengeFacts:
    if row.digest != new.digest:
        raise ChallengeReused()
    return _facts([row])[0]


def _check(new: NewChallenge, campaign: CampaignFacts, today: date) -> None:
    first, second = people.team(new.first_team_id), people.team(new.second_team_id)
    indicator = campaigns.indicator(new.indicator_id)
    if why := _unlike(new, first, second, indicator, campaign):
        raise ChallengeUnlike(first=first.name, second=second.name, why=why)
    if new.first_day < max(today, campaign.starts_on) or new.last_day > campaign.ends_on:
        raise BadInput(
            where="days",
            what=f"{new.first_day} to {new.last_day} does not fit",
            wanted=f"days from {max(today, campaign.starts_on)} to {campaign.ends_on}",
        )
    length = (new.last_day - new.first_day).days + 1
    if not DAYS_MIN <= length <= DAYS_MAX:
        raise BadInput(where="days", what=f"{length} days", wanted=f"{DAYS_MIN} to {DAYS_MAX} days")
    if len(new.words) > WORDS_LENGTH_MAX:
        raise BadInput(where="words", what="are too long", wanted=f"at most {WORDS_LENGTH_MAX} letters")
    if new.compares not in Challenge.Compares.values:
        raise BadInput(where="compares", what=f"{new.compares!r} is unknown", wanted="level or change")


def _unlike(
    new: NewChallenge,
    first: TeamFacts,
    second: TeamFacts,
    indicator: IndicatorFacts,
    campaign: CampaignFacts,
) -> str:
    if first.id == second.id:
        return "a team can't challenge itself"
    if first.kind != second.kind:
        return f"one is of {first.kind}, the other of {second.kind}"
    if indicator.campaign_id != new.campaign_id:
        return "what is to be compared is not counted in this campaign"
    if indicator.kind != "output" or indicator.aggregation != "sum":
        return "only an output that is added up can be compared; hours are about people"
    if campaign.state != "open":
        return "the campaign is not open"
    if not all(team.area_path.startswith(campaign.area_path) for team in (first, second)):
        return "one of them does not work in this campaign"
    return ""


def _facts(rows: list[Challenge]) -> list[ChallengeFacts]:
    teams = people.teams({row.first_team_id for row in rows} | {row.second_team_id for row in rows})
    indicators = {
        one.id: one
        for campaign_id in {row.campaign_id for row in rows}
        for one in campaigns.indicators(campaign_id)
    }
    return [
        ChallengeFacts(
            id=row.pk,
            campaign_id=row.campaign_id,
            indicator=indicators[row.indicator_id],
            first_team=teams[row.first_team_id],
            second_team=teams[row.second_team_id],
            compares="change" if row.compares == Challenge.Compares.CHANGE else "level",
            first_day=row.first_day,
            last_day=row.last_day,
            words=row.words,
            digest=row.digest,
            proposed_at=row.proposed_at,
            answer_by=row.answer_by,
            signed_at=row.signed_at,
            ended_on=row.ended_on,
        )
        for row in rows
    ]

"""Use cases of supervision: look each morning, name who follows up, hear the team, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base import accounts
from dure.base.access import Actor, actor_of
from dure.base.errors import CommandReused
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.supervision import reads
from dure.movement.supervision.errors import (
    FollowUpNone,
    FollowUpOpen,
    SupervisorOutside,
    TeamAnswersFirst,
)
from dure.movement.supervision.models import FollowUp, Signal, Supervision, TeamAnswer
from dure.movement.supervision.spans import share_out
from dure.movement.supervision.turns import end_all, look
from dure.movement.supervision.types import Outcome, SignalFacts

__all__ = [
    "answer",
    "done",
    "end_all",
    "follow_up",
    "hand_over",
    "let_be",
    "look",
    "release",
    "share_out",
    "supervise",
]

WORDS_CHARS_MAX: Final = 500
# Longer ahead nobody keeps a date.
DUE_DAYS_MAX: Final = 60
TEAMS_AT_ONCE_MAX: Final = 5_000


def supervise(
    *, actor: Actor, campaign_id: int, account_id: int, team_ids: Sequence[int], now: datetime
) -> int:
    """An account looks after teams of a campaign, in the place of whoever did; how many it looks after then.

    What others followed up about these teams goes over to it. Refuses with NotFound, NotAllowed, and
    SupervisorOutside for an account that doesn't organise a team's place.
    """
    must(now.tzinfo is not None, "now is aware")
    campaign = campaigns.campaign_by_id(campaign_id)
    teams = _organised(actor, team_ids, campaign.area_path)
    for team in teams:
        _must_reach(account_id, team)
    today = campaigns.local_day(campaign, now)
    ids = [team.id for team in teams]
    with transaction.atomic():
        Supervision.objects.bulk_create(
            [
                Supervision(campaign_id=campaign_id, team_id=pk, account_id=account_id, since=today)
                for pk in ids
            ],
            ignore_conflicts=True,
        )
        others = Supervision.objects.filter(campaign_id=campaign_id, team_id__in=ids)
        others.exclude(account_id=account_id).update(account_id=account_id, since=today)
        mine = FollowUp.objects.filter(
            signal__campaign_id=campaign_id, signal__team_id__in=ids, closed_at=None
        )
        mine.update(owner_id=account_id)
    return Supervision.objects.filter(campaign_id=campaign_id, account_id=account_id).count()


def release(*, actor: Actor, campaign_id: int, team_ids: Sequence[int]) -> int:
    """Nobody looks after these teams any more; how many had somebody. What is followed up stays with its owner.

    Refuses with NotFound, NotAllowed.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    ids = [team.id for team in _organised(actor, team_ids, campaign.area_path)]
    return Supervision.objects.filter(campaign_id=campaign_id, team_id__in=ids).delete()[0]


def follow_up(*, actor: Actor, signal_id: int, owner_id: int, due_on: date, now: datetime) -> SignalFacts:
    """Say who looks after a signal, and by which day.

    Refuses with NotFound, NotAllowed, BadInput (a day that has passed or is too far), SupervisorOutside, FollowUpOpen,
    and TeamAnswersFirst for a day before the team had its time.
    """
    row, shown, today = _signal(actor, signal_id, now)
    if shown.ended_on is not None:
        raise BadInput(
            where="signal", what="it is no longer so", wanted="a signal that stands; nobody has to look at it"
        )
    _check_due(shown, due_on, today)
    _must_reach(owner_id, shown.team)
    try:
        with transaction.atomic():
            FollowUp.objects.create(signal=row, owner_id=owner_id, due_on=due_on, opened_at=now)
            Signal.objects.filter(pk=row.pk).update(is_settled=False)
    except IntegrityError as clash:
        twin = reads.signal(actor=actor, signal_id=signal_id).follow_up
        if twin is None or not twin.is_open:
            raise
        if (twin.owner_id, twin.due_on) != (owner_id, due_on):
            raise FollowUpOpen(owner=twin.owner, due_on=twin.due_on) from clash
    return reads.signal(actor=actor, signal_id=signal_id)


def hand_over(*, actor: Actor, signal_id: int, owner_id: int, due_on: date, now: datetime) -> SignalFacts:
    """Another owner or another day. Refuses as :func:`follow_up` does, and with FollowUpNone."""
    row, shown, today = _signal(actor, signal_id, now)
    _check_due(shown, due_on, today)
    _must_reach(owner_id, shown.team)
    changed = FollowUp.objects.filter(signal=row, closed_at=None).update(owner_id=owner_id, due_on=due_on)
    if not changed:
        raise FollowUpNone()
    return reads.signal(actor=actor, signal_id=signal_id)


def done(*, actor: Actor, signal_id: int, words: str, now: datetime) -> SignalFacts:
    """It was looked at: what came of it, in words.

    A warning waits for its team: nobody closes it as looked at before the team answered or had its time, but for
    safety. Closed twice, the first words stay. Refuses with NotFound, NotAllowed, BadInput, FollowUpNone,
    TeamAnswersFirst.
    """
    row, shown, today = _signal(actor, signal_id, now)
    _must_have_heard(shown, today)
    return _closed(actor, row, "done", words, now, today)


def let_be(*, actor: Actor, signal_id: int, why: str, now: datetime) -> SignalFacts:
    """Nothing is to be done about it, and why. Refuses with NotFound, NotAllowed, BadInput, FollowUpNone."""
    row, _, today = _signal(actor, signal_id, now)
    return _closed(actor, row, "let_be", why, now, today)


def answer(*, actor: Actor, signal_id: int, client_id: UUID, words: str, now: datetime) -> SignalFacts:
    """What the team says to it: by its captain, or its organiser for it. The newest answer is shown.

    Refuses with NotFound, NotAllowed, BadInput, CommandReused.
    """
    must(now.tzinfo is not None, "now is aware")
    shown = reads.signal(actor=actor, signal_id=signal_id)
    if actor.account_id is None:
        raise NotAllowed(what="answering for a team without an account")
    text = _words(words)
    row = TeamAnswer(
        client_id=client_id, signal_id=shown.id, by_id=actor.account_id, words=text, answered_at=now
    )
    TeamAnswer.objects.bulk_create([row], ignore_conflicts=True)
    stands = TeamAnswer.objects.get(client_id=client_id)
    if (stands.signal_id, stands.by_id, stands.words) != (shown.id, actor.account_id, text):
        raise CommandReused(command_id=client_id)
    return reads.signal(actor=actor, signal_id=signal_id)


def _signal(actor: Actor, signal_id: int, now: datetime) -> tuple[Signal, SignalFacts, date]:
    must(now.tzinfo is not None, "now is aware")
    shown = reads.signal(actor=actor, signal_id=signal_id)
    actor.must_organise(shown.team.area_path, what="following up what concerns this team")
    campaign = campaigns.campaign_by_id(shown.campaign_id)
    return Signal.objects.get(pk=signal_id), shown, campaigns.local_day(campaign, now)


def _closed(
    actor: Actor, row: Signal, outcome: Outcome, words: str, now: datetime, today: date
) -> SignalFacts:
    text = _words(words)
    with transaction.atomic():
        still = FollowUp.objects.filter(signal=row, closed_at=None)
        closed = still.update(closed_at=now, closed_on=today, outcome=outcome, words=text)
        if closed:
            Signal.objects.filter(pk=row.pk).update(is_settled=True)
    found = reads.signal(actor=actor, signal_id=row.pk)
    if not closed and (found.follow_up is None or found.follow_up.outcome != outcome):
        raise FollowUpNone()
    return found


def _must_have_heard(shown: SignalFacts, day: date) -> None:
    if shown.tone == "warning" and shown.answer is None and shown.ended_on is None and day < shown.answer_by:
        raise TeamAnswersFirst(answer_by=shown.answer_by)


def _check_due(shown: SignalFacts, due_on: date, today: date) -> None:
    if not today <= due_on <= today + timedelta(days=DUE_DAYS_MAX):
        raise BadInput(
            where="due_on",
            what=f"{due_on} has passed or is far away",
            wanted=f"a day from {today} on, within {DUE_DAYS_MAX} days",
        )
    _must_have_heard(shown, due_on)


def _must_reach(account_id: int, team: TeamFacts) -> None:
    """Only who organises a team's place looks after it."""
    if not actor_of(account_id=account_id).organises(team.area_path):
        raise SupervisorOutside(name=accounts.name_of(account_id), team=team.name)


def _organised(actor: Actor, team_ids: Sequence[int], campaign_path: str) -> list[TeamFacts]:
    """The teams, each at home in the campaign's area and in the actor's reach."""
    wanted = sorted(set(team_ids))
    if not 1 <= len(wanted) <= TEAMS_AT_ONCE_MAX:
        raise BadInput(
            where="teams", what=f"{len(wanted)} teams are named", wanted=f"1 to {TEAMS_AT_ONCE_MAX:,}"
        )
    found = people.teams(wanted)
    if len(found) < len(wanted) or not all(
        team.area_path.startswith(campaign_path) for team in found.values()
    ):
        raise NotFound(what="team")
    for team in found.values():
        actor.must_organise(team.area_path, what="saying who looks after teams of another area")
    return list(found.values())


def _words(text: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= WORDS_CHARS_MAX or "\x00" in said:
        raise BadInput(where="words", what="is empty or too long", wanted=f"1 to {WORDS_CHARS_MAX} letters")
    return said

"""Who looks after how many teams, and teams shared out among those who organise their place."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from datetime import datetime

from dure.base import accounts
from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.must import must
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import reads as campaigns
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.supervision.models import Signal, Supervision
from dure.movement.supervision.types import SPAN, SharedOut, SpanFacts, SupervisorFacts

SPAN_MAX = 200


def spans(*, actor: Actor, campaign_id: int, span: int = SPAN) -> SpanFacts:
    """Supervisors with their teams, by name, and the teams without one, as far as the actor organises their places."""
    teams = {team.id: team for team in _teams(campaign_id) if actor.organises(team.area_path)}
    of_account: dict[int, list[TeamFacts]] = defaultdict(list)
    names: dict[int, str] = {}
    for team_id, account_id, name in _rows(campaign_id):
        if team_id in teams:
            of_account[account_id].append(teams.pop(team_id))
            names[account_id] = name
    found = [SupervisorFacts(pk, names[pk], tuple(some)) for pk, some in of_account.items()]
    return SpanFacts(
        span=span,
        supervisors=tuple(sorted(found, key=lambda one: (one.name, one.account_id))),
        without=tuple(teams.values()),
    )


def supervisor_choices(*, actor: Actor, campaign_id: int) -> list[tuple[int, str]]:
    """Accounts that may look after teams in the actor's reach, by name: who organises there, or above or below it."""
    campaign = campaigns.campaign_by_id(campaign_id)
    mine = actor.area_paths(Role.ORGANISER)
    found = {
        account_id
        for account_id, path, _ in accounts.accounts_with(role=Role.ORGANISER)
        if _touch(path, campaign.area_path) and any(_touch(path, own) for own in mine)
    }
    named = [(account_id, accounts.name_of(account_id)) for account_id in sorted(found)]
    return sorted(named, key=lambda one: (one[1], one[0]))


def teams_without(*, actor: Actor, campaign_id: int) -> list[TeamFacts]:
    """Teams of the campaign that nobody looks after, by name, as far as the actor organises their places."""
    taken = {team_id for team_id, _, _ in _rows(campaign_id)}
    return [team for team in _teams(campaign_id) if team.id not in taken and actor.organises(team.area_path)]


def _touch(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _rows(campaign_id: int) -> list[tuple[int, int, str]]:
    rows = Supervision.objects.filter(campaign_id=campaign_id).order_by("team_id")
    return list(rows.values_list("team_id", "account_id", "account__name"))


def _teams(campaign_id: int) -> list[TeamFacts]:
    """Every team that was asked for, or that a signal is about; by name."""
    ids = {team_id for _, team_id in needs.seats_by_team(campaign_id=campaign_id)}
    ids |= set(Signal.objects.filter(campaign_id=campaign_id).values_list("team_id", flat=True))
    ids |= {team_id for team_id, _, _ in _rows(campaign_id)}
    return sorted(people.teams(ids).values(), key=lambda one: (one.name, one.id))


def share_out(*, actor: Actor, campaign_id: int, now: datetime, span: int = SPAN) -> SharedOut:
    """Give every team without a supervisor to somebody who organises its place most closely, evenly among them.

    Neighbouring places go to one and the same, so that a supervisor's teams lie together. Nobody gets more than
    ``span``; what those nearest can't take goes to who organises above them, and what is left then stays without, for
    somebody to decide. Refuses with BadInput, NotFound.
    """
    must(now.tzinfo is not None, "now is aware")
    if not 1 <= span <= SPAN_MAX:
        raise BadInput(where="span", what=f"{span} teams", wanted=f"1 to {SPAN_MAX}")
    today = campaigns.local_day(campaigns.campaign_by_id(campaign_id), now)
    reach: dict[str, list[int]] = defaultdict(list)
    for account_id, path, _ in accounts.accounts_with(role=Role.ORGANISER):
        reach[path].append(account_id)
    load = Counter(account_id for _, account_id, _ in _rows(campaign_id))
    left = teams_without(actor=actor, campaign_id=campaign_id)
    given: list[Supervision] = []
    for path in sorted(reach, key=lambda one: (-len(one), one)):
        here = [team for team in left if team.area_path.startswith(path)]
        shares = _shares(here, sorted(set(reach[path])), load, span)
        given += [
            Supervision(campaign_id=campaign_id, team_id=team_id, account_id=account_id, since=today)
            for team_id, account_id in shares.items()
        ]
        left = [team for team in left if team.id not in shares]
    Supervision.objects.bulk_create(given, ignore_conflicts=True)
    return SharedOut(len(given), len(left))


def _shares(
    teams: Sequence[TeamFacts], account_ids: Sequence[int], load: Counter[int], span: int
) -> dict[int, int]:
    """Stretches of neighbouring teams, one an account, the least busy first; accounts by team. Adds to ``load``."""
    waiting = deque(sorted(teams, key=lambda one: (one.area_path, one.name, one.id)))
    shares: dict[int, int] = {}
    by_load = sorted(account_ids, key=lambda one: (load[one], one))
    for number, account_id in enumerate(by_load):
        part = -(-len(waiting) // (len(by_load) - number))
        for _ in range(min(part, max(0, span - load[account_id]))):
            shares[waiting.popleft().id] = account_id
            load[account_id] += 1
    # What uneven loads left over goes to whoever has room.
    for account_id in by_load:
        while waiting and load[account_id] < span:
            shares[waiting.popleft().id] = account_id
            load[account_id] += 1
    return shares

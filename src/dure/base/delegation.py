"""Handing rights down the tree, and taking them back: never more than one's own, and all of it in a log.

The base knows areas by their paths and teams by their ids only: whoever asks says where a team is at home.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from dure.base import accounts
from dure.base.access import Actor, Grant, standing_at
from dure.base.asked import Asked
from dure.base.errors import AccountUnknown, GrantBeyond, GrantToOneself
from dure.base.models import Account, Role, RoleGrant
from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.refusals import BadInput, NotFound

# What an organiser may give below them. An auditor is made by an auditor, or on the command line: whoever is
# checked doesn't choose who checks them (F4).
GIVEN_BY: Final[dict[str, tuple[str, ...]]] = {
    Role.ORGANISER: (Role.ORGANISER, Role.CAPTAIN, Role.RECIPIENT, Role.VETTER),
    Role.AUDITOR: (Role.AUDITOR,),
}
# A captain's deputy stands in for so long at most; then they are given anew, or by an organiser.
DEPUTY_MAX: Final = timedelta(days=14)
_COLUMNS: Final = (
    *("pk", "account_id", "account__name", "role", "area_path", "team_id"),
    *("granted_by", "granted_at", "until", "ended_at", "ended_by"),
)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A role somebody has or had. ``granted_by``, ``ended_by``: account ids; None: the command line, or by itself."""

    id: int
    account_id: int
    name: str
    role: str
    area_path: str
    team_id: int | None
    granted_by: int | None
    granted_at: datetime
    until: datetime | None
    ended_at: datetime | None
    ended_by: int | None


def delegate(
    *,
    actor: Actor,
    account_id: int,
    role: str,
    now: datetime,
    area_path: str = "",
    team_id: int | None = None,
    until: datetime | None = None,
) -> GrantFacts:
    """Give a role below one's own reach. ``area_path``: its reach; for a captain, where the team is at home.

    Organisers give organiser, captain, recipient and vetter within what they organise; auditors give auditor; a
    captain gives their own team to a deputy, for DEPUTY_MAX at most. Nothing outlasts the right it comes from, and
    giving anew shortens nobody's right but for who may take it away.

    Refuses with GrantBeyond, GrantToOneself, AccountUnknown (also one switched off) and GrantUnreachable.
    """
    if until is not None and until <= now:
        raise BadInput(where="until", what=f"{until:%Y-%m-%d %H:%M} has passed", wanted="a moment to come")
    if not Account.objects.filter(pk=account_id, is_active=True).exists():
        raise AccountUnknown(account_id=account_id)
    if account_id == actor.account_id:
        raise GrantToOneself
    _refuse_beyond(actor, role, area_path, team_id, until, now)
    reach = "" if role == Role.CAPTAIN else area_path
    if until is not None:
        rows = RoleGrant.objects.filter(account_id=account_id, role=role, area_path=reach, team_id=team_id)
        _refuse_shortening(actor, rows, area_path, until, now)
    grant_id = accounts.grant(
        account_id=account_id,
        role=role,
        area_path=reach,
        team_id=team_id,
        until=until,
        by=actor.account_id,
        now=now,
    )
    return grant_of(grant_id)


def _refuse_beyond(
    actor: Actor, role: str, area_path: str, team_id: int | None, until: datetime | None, now: datetime
) -> None:
    if actor.is_system:
        return
    own = [one for one in actor.grants if role in GIVEN_BY.get(one.role, ()) and _holds(one, area_path)]
    if role == Role.CAPTAIN and team_id is not None and not own:
        _refuse_deputy(actor, team_id, until, now)
        own = [one for one in actor.grants if one.team_id == team_id]
    if not own:
        raise GrantBeyond(why=f"you don't hold what it takes to make somebody {role} there")
    if all(one.until is not None and (until is None or until > one.until) for one in own):
        end = max(one.until for one in own if one.until is not None)
        raise GrantBeyond(why=f"your own right ends on {end:%Y-%m-%d}, and this would outlast it")


def _refuse_shortening(
    actor: Actor, rows: QuerySet[RoleGrant], area_path: str, until: datetime, now: datetime
) -> None:
    """Given anew with an earlier end, the rest of a role is taken away: that is for who may take it away."""
    longer = rows.filter(standing_at(now), Q(until=None) | Q(until__gt=until))
    if not all(_may_end(actor, one, one.area_path or area_path) for one in _facts(longer)):
        raise GrantBeyond(why="they hold it for longer already, and that isn't yours to shorten")


def _refuse_deputy(actor: Actor, team_id: int, until: datetime | None, now: datetime) -> None:
    actor.must_captain(team_id)
    if until is None or until > now + DEPUTY_MAX:
        raise GrantBeyond(why=f"a deputy stands in for {DEPUTY_MAX.days} days at most, with an end")


def _holds(own: Grant, area_path: str) -> bool:
    return bool(area_path) and area_path.startswith(own.area_path)


def take_away(*, actor: Actor, grant_id: int, now: datetime, area_path: str = "") -> GrantFacts:
    """End a role, at once. ``area_path``: for a captain, where the team is at home.

    It may be taken away by who gave it, by who has it, and by whoever organises farther than it reaches (who audits,
    of an auditor). Equals don't end each other's: that is for whoever is above both. Ended twice changes nothing.

    Refuses with NotFound and GrantBeyond.
    """
    found = grant_of(grant_id)
    if not _may_end(actor, found, found.area_path or area_path):
        raise GrantBeyond(why="it was given by others, and doesn't lie below what you hold")
    accounts.end_grant(grant_id=grant_id, by=actor.account_id, now=now)
    return grant_of(grant_id)


def _may_end(actor: Actor, grant: GrantFacts, area_path: str) -> bool:
    if actor.is_system or actor.account_id in (grant.account_id, grant.granted_by):
        return actor.is_system or actor.account_id is not None
    # A captain's team lies below the area it is at home in.
    reach = f"{area_path}team/" if grant.role == Role.CAPTAIN and area_path else area_path
    return any(
        grant.role in GIVEN_BY.get(own.role, ())
        and reach.startswith(own.area_path)
        and reach != own.area_path
        for own in actor.grants
    )


def may_end(actor: Actor, grant: GrantFacts, *, area_path: str = "") -> bool:
    """Whether :func:`take_away` would end it for this actor: what a page shows a button for."""
    return grant.ended_at is None and _may_end(actor, grant, grant.area_path or area_path)


def grant_of(grant_id: int) -> GrantFacts:
    """One grant, ended or not. Refuses with NotFound."""
    found = _facts(RoleGrant.objects.filter(pk=grant_id))
    if not found:
        raise NotFound(what="role")
    return found[0]


def grants_under(
    area_path: str, *, now: datetime, role: str = "", after_id: int = 0, count_max: int = 50
) -> list[GrantFacts]:
    """Roles that stand in an area and below it (captains apart: see ``grants_of_teams``), by id. The caller asks
    who may see them."""
    rows = RoleGrant.objects.filter(
        standing_at(now), area_path__startswith=area_path, pk__gt=after_id, account__is_active=True
    )
    return _facts((rows.filter(role=role) if role else rows).order_by("pk")[:count_max])


def grants_of_teams(
    team_ids: Collection[int],
    *,
    now: datetime | None,
    ended_since: datetime | None = None,
    after_id: int = 0,
    count_max: int = 50,
) -> list[GrantFacts]:
    """The captains of these teams, by id of the grant. ``now`` None: those that ended too (who was deputy when);
    with ``ended_since`` those alone whose end was set to a moment after it."""
    found: list[GrantFacts] = []
    wanted = sorted(set(team_ids))
    for start in range(0, len(wanted), IDS_A_QUERY_MAX):
        part = wanted[start : start + IDS_A_QUERY_MAX]
        rows = RoleGrant.objects.filter(team_id__in=part, pk__gt=after_id)
        rows = rows if now is None else rows.filter(standing_at(now), account__is_active=True)
        rows = rows if ended_since is None else rows.filter(until__gt=ended_since)
        found += _facts(rows.order_by("pk")[:count_max])
    return sorted(found, key=lambda one: one.id)[:count_max]


_OF_TEAM: Final = Asked(
    lambda team_id, now: (
        RoleGrant.objects.filter(
            Q(until=None) | Q(until__gt=now), ended_at=None, team_id=team_id, account__is_active=True
        )
        .order_by("pk")
        .values_list(*_COLUMNS)[:50]
    ),
    int,
    datetime,
)


def captains_of(team_id: int, *, now: datetime) -> list[GrantFacts]:
    """Who leads a team now, by id of the grant: :func:`grants_of_teams` for a page that asks it at each look."""
    return [GrantFacts(*row) for row in _OF_TEAM(team_id, now)]


def log_of(area_path: str, team_ids: Collection[int] = (), *, count_max: int = 50) -> list[GrantFacts]:
    """What was given or ended in an area last, the newest first, standing or not."""
    reach = Q(area_path__startswith=area_path) & ~Q(role=Role.CAPTAIN)
    teams = sorted(set(team_ids))[:IDS_A_QUERY_MAX]
    rows = RoleGrant.objects.filter(reach | Q(team_id__in=teams))
    given = _facts(rows.order_by("-granted_at", "-pk")[:count_max])
    ended = _facts(rows.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")[:count_max])
    both = {one.id: one for one in (*given, *ended)}
    return sorted(both.values(), key=lambda one: one.ended_at or one.granted_at, reverse=True)[:count_max]


def _facts(rows: QuerySet[RoleGrant]) -> list[GrantFacts]:
    return [GrantFacts(*row) for row in rows.values_list(*_COLUMNS)]


def names_of(account_ids: Sequence[int | None]) -> dict[int, str]:
    """Names of accounts, also of those switched off since: one query."""
    wanted = {one for one in account_ids if one is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name"))

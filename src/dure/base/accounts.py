"""Accounts, grants and tokens of those who work for the movement."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dure.base.access import standing_at
from dure.base.errors import AccountKnown, AccountUnknown, GrantUnreachable
from dure.base.models import Account, ApiToken, Role, RoleGrant
from dure.base.rows import IDS_A_QUERY_MAX

_changes = 0


def rights_version() -> int:
    """Changes whenever rights are taken away in this process, so that whoever keeps an actor asks anew."""
    return _changes


def _rights_changed() -> None:
    global _changes
    _changes += 1


def open_account(*, email: str, name: str, password: str | None = None) -> int:
    """Open an account and return its id. Without a password one signs in by a code sent by e-mail.

    Refuses with AccountKnown.
    """
    try:
        with transaction.atomic():
            return int(Account.objects.create_user(email, name=name, password=password).pk)
    except IntegrityError as clash:
        raise AccountKnown(email=email) from clash


def has_any() -> bool:
    """Whether anybody ever got an account here."""
    return Account.objects.exists()


def account_id_of(*, email: str) -> int | None:
    """The account with this address, if any."""
    return Account.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()


def set_password(*, account_id: int, password: str) -> None:
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise AccountUnknown(account_id=account_id)
    account.set_password(password)
    account.save(update_fields=["password"])


def allow_admin(*, account_id: int) -> None:
    """Let an account look into the read-only admin, once it has a second factor."""
    if not Account.objects.filter(pk=account_id).update(is_staff=True):
        raise AccountUnknown(account_id=account_id)


def grant(
    *,
    account_id: int,
    role: str,
    area_path: str = "",
    team_id: int | None = None,
    until: datetime | None = None,
    by: int | None = None,
    now: datetime | None = None,
) -> int:
    """Give a role with its reach and return the grant's id; giving it twice changes nothing.

    Given again with another end, the old grant ends now and a new one stands: both stay in the log. ``by``: the
    account that gives it; None: the command line, which may give anything (whoever else gives asks
    ``delegation.delegate``). ``now``: None: by the wall clock.

    Refuses with GrantUnreachable when a captain has no team or another role no area.
    """
    if role == Role.CAPTAIN and (team_id is None or area_path):
        raise GrantUnreachable(role=role, wanted="a team, and no area")
    if role != Role.CAPTAIN and (team_id is not None or not area_path.startswith("/")):
        raise GrantUnreachable(role=role, wanted="an area, and no team")
    at = now or timezone.now()
    reach: dict[str, Any] = {"role": role, "area_path": area_path, "team_id": team_id}
    open_rows = RoleGrant.objects.filter(account_id=account_id, ended_at=None, **reach)
    with transaction.atomic():
        # Write first: what is over, or ends otherwise than asked, is closed before anything is read.
        open_rows.filter(until__lte=at).update(ended_at=F("until"))
        other = Q(until__isnull=False) if until is None else ~Q(until=until) | Q(until=None)
        _end(open_rows.filter(other), by=by, now=at)
        # Two who give the same at once: the database keeps one of them.
        new = RoleGrant(account_id=account_id, **reach, granted_by=by, granted_at=at, until=until)
        RoleGrant.objects.bulk_create([new], ignore_conflicts=True)
        return open_rows.values_list("pk", flat=True).get()


def _end(rows: QuerySet[RoleGrant], *, by: int | None, now: datetime) -> int:
    count = rows.update(ended_at=now, ended_by=by)
    if count:
        _rights_changed()
    return count


def revoke(*, account_id: int, role: str, by: int | None = None, now: datetime | None = None) -> int:
    """Take a role away everywhere; the count of grants that ended."""
    at = now or timezone.now()
    rows = RoleGrant.objects.filter(standing_at(at), account_id=account_id, role=role)
    return _end(rows, by=by, now=at)


def end_grant(*, grant_id: int, by: int | None, now: datetime) -> bool:
    """End one grant; whether it still stood. Who may is ``delegation.take_away``'s to say."""
    return bool(_end(RoleGrant.objects.filter(standing_at(now), pk=grant_id), by=by, now=now))


def close_account(*, account_id: int) -> int:
    """Switch an account off, with all its roles and tokens; the count of grants that ended.

    Whoever is signed in is out at their next step: the session belongs to an account that is off.
    """
    with transaction.atomic():
        if not Account.objects.filter(pk=account_id).update(is_active=False, is_staff=False):
            raise AccountUnknown(account_id=account_id)
        ApiToken.objects.filter(account_id=account_id).delete()
        at = timezone.now()
        rows = RoleGrant.objects.filter(standing_at(at), account_id=account_id)
        count = _end(rows, by=None, now=at)
    # Also where no role ended: the tokens did.
    _rights_changed()
    return count


def name_of(account_id: int) -> str:
    name = Account.objects.filter(pk=account_id).values_list("name", flat=True).first()
    if name is None:
        raise AccountUnknown(account_id=account_id)
    return name


def mailbox_of(account_id: int) -> tuple[str, str] | None:
    """Where and in which language ("": the installation's) to write to an account; None once it is switched off. For
    the outbox worker alone, never a page."""
    rows = Account.objects.filter(pk=account_id, is_active=True)
    return rows.values_list("email", "language").first()


def language_of(account_id: int) -> str:
    """In which language an account is written to; "": that of the installation."""
    return Account.objects.filter(pk=account_id).values_list("language", flat=True).first() or ""


def choose_language(*, account_id: int, language: str) -> None:
    """Write to an account in this language from now on; the door checks that there is such a one."""
    Account.objects.filter(pk=account_id).exclude(language=language).update(language=language)


def accounts_with(*, role: str, now: datetime | None = None) -> list[tuple[int, str, int | None]]:
    """(account id, area path, team id) of every grant of a role that stands, in the order they were given."""
    grants = RoleGrant.objects.filter(standing_at(now), role=role, account__is_active=True).order_by("pk")
    return [
        (account_id, area_path, team_id)
        for account_id, area_path, team_id in grants.values_list("account_id", "area_path", "team_id")
    ]


def captains_of(team_id: int, *, now: datetime | None = None) -> list[int]:
    """The accounts that captain a team, by id."""
    grants = RoleGrant.objects.filter(
        standing_at(now), role=Role.CAPTAIN, team_id=team_id, account__is_active=True
    )
    return sorted(set(grants.values_list("account_id", flat=True)))


def captains_of_teams(team_ids: Collection[int], *, now: datetime | None = None) -> list[tuple[int, int]]:
    """(Team, account) of all that captain one of these teams, in order; however many teams, in few questions."""
    wanted = sorted(team_ids)
    found: set[tuple[int | None, int]] = set()
    for start in range(0, len(wanted), IDS_A_QUERY_MAX):
        grants = RoleGrant.objects.filter(
            standing_at(now),
            role=Role.CAPTAIN,
            team_id__in=wanted[start : start + IDS_A_QUERY_MAX],
            account__is_active=True,
        )
        found.update(grants.values_list("team_id", "account_id"))
    return sorted((int(team_id or 0), account_id) for team_id, account_id in found)


def _hash(token: str) -> str:
    # The token carries 256 random bits, so a plain hash can't be searched.
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(*, account_id: int, name: str, expires_at: datetime) -> str:
    """A new API token with the rights of the account. It is shown once; only its hash is kept."""
    token = "dure_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(account_id=account_id, name=name, token_hash=_hash(token), expires_at=expires_at)
    return token


def account_of_token(token: str, *, now: datetime) -> int | None:
    """The account behind a token that has not expired, or None."""
    found = ApiToken.objects.filter(token_hash=_hash(token), expires_at__gt=now, account__is_active=True)
    return found.values_list("account_id", flat=True).first()

"""Accounts, grants and tokens of those who work for the movement."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from dure.base.errors import AccountKnown, AccountUnknown, GrantUnreachable
from dure.base.models import Account, ApiToken, Role, RoleGrant

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


def grant(*, account_id: int, role: str, area_path: str = "", team_id: int | None = None) -> None:
    """Give a role with its reach; giving it twice changes nothing.

    Refuses with GrantUnreachable when a captain has no team or another role no area.
    """
    if role == Role.CAPTAIN and (team_id is None or area_path):
        raise GrantUnreachable(role=role, wanted="a team, and no area")
    if role != Role.CAPTAIN and (team_id is not None or not area_path.startswith("/")):
        raise GrantUnreachable(role=role, wanted="an area, and no team")
    RoleGrant.objects.get_or_create(account_id=account_id, role=role, area_path=area_path, team_id=team_id)


def revoke(*, account_id: int, role: str) -> int:
    """Take a role away everywhere; the count of grants that ended."""
    count = RoleGrant.objects.filter(account_id=account_id, role=role).delete()[0]
    _rights_changed()
    return count


def close_account(*, account_id: int) -> int:
    """Switch an account off, with all its roles and tokens; the count of grants that ended.

    Whoever is signed in is out at their next step: the session belongs to an account that is off.
    """
    with transaction.atomic():
        if not Account.objects.filter(pk=account_id).update(is_active=False, is_staff=False):
            raise AccountUnknown(account_id=account_id)
        ApiToken.objects.filter(account_id=account_id).delete()
        count = RoleGrant.objects.filter(account_id=account_id).delete()[0]
    _rights_changed()
    return count


def name_of(account_id: int) -> str:
    name = Account.objects.filter(pk=account_id).values_list("name", flat=True).first()
    if name is None:
        raise AccountUnknown(account_id=account_id)
    return name


def address_of(account_id: int) -> str | None:
    """Where to write to an account; None once it is switched off. For the outbox worker alone, never a page."""
    return Account.objects.filter(pk=account_id, is_active=True).values_list("email", flat=True).first()


def accounts_with(*, role: str) -> list[tuple[int, str, int | None]]:
    """(account id, area path, team id) of every grant of a role, in the order they were given."""
    grants = RoleGrant.objects.filter(role=role, account__is_active=True).order_by("pk")
    return [
        (account_id, area_path, team_id)
        for account_id, area_path, team_id in grants.values_list("account_id", "area_path", "team_id")
    ]


def captains_of(team_id: int) -> list[int]:
    """The accounts that captain a team, by id."""
    grants = RoleGrant.objects.filter(role=Role.CAPTAIN, team_id=team_id, account__is_active=True)
    return sorted(set(grants.values_list("account_id", flat=True)))


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

"""The demo's accounts, with passwords made when it is first played."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from dure.base import accounts
from dure.base.models import Role

DOMAIN = "example.invalid"


@dataclass(frozen=True)
class Login:
    """An account of the demo."""

    id: int
    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Accounts:
    """Who works in the demo besides the volunteers."""

    organiser: Login
    keeper: Login
    auditor: Login
    captain: Login
    recipient: Login

    def all(self) -> tuple[Login, ...]:
        return (self.organiser, self.captain, self.auditor, self.recipient, self.keeper)


def _login(role: str, name: str) -> Login:
    email = f"{role}@{DOMAIN}"
    password = secrets.token_urlsafe(9)
    known = accounts.account_id_of(email=email)
    account_id = known if known is not None else accounts.open_account(email=email, name=name)
    accounts.set_password(account_id=account_id, password=password)
    return Login(account_id, role, email, password)


def open_accounts(*, area_path: str) -> Accounts:
    """Open the demo's accounts, or give those that are there new passwords. The captain has no team yet."""
    opened = Accounts(
        organiser=_login("organiser", "Demo organiser"),
        keeper=_login("keeper", "Demo storekeeper"),
        auditor=_login("auditor", "Demo auditor"),
        captain=_login("captain", "Demo captain"),
        recipient=_login("recipient", "Demo children's home"),
    )
    for login, role in (
        (opened.organiser, Role.ORGANISER),
        (opened.keeper, Role.ORGANISER),
        (opened.auditor, Role.AUDITOR),
        (opened.recipient, Role.RECIPIENT),
    ):
        accounts.grant(account_id=login.id, role=role, area_path=area_path)
    accounts.allow_admin(account_id=opened.organiser.id)
    return opened

"""Bearer tokens: a program acts with the rights of the account, or as the volunteer, its token was made for."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from dure.api.clock import now
from dure.base.access import Actor, actor_of
from dure.base.accounts import account_of_token
from dure.movement.people import reads as people
from dure.movement.people.errors import LinkGone


class TokenAuth(HttpBearer):
    """Gives the view its actor as ``request.auth``; None (401) for an unknown or expired token."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        account_id = account_of_token(token, now=now())
        return None if account_id is None else actor_of(account_id=account_id)


class PersonAuth(HttpBearer):
    """Gives the view a volunteer as its actor. Their token is the one in their private link; None (401): any other."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        try:
            return actor_of(person_id=people.person_of_token(token))
        except LinkGone:
            return None

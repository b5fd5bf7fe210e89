"""Bearer tokens: a program acts with the rights of the account, or as the volunteer, its token was made for."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.http import HttpRequest
from ninja.security import HttpBearer

from dure.api.clock import now
from dure.base.access import Actor, actor_of
from dure.base.accounts import account_of_token, rights_version
from dure.movement.people import reads as people
from dure.movement.people.confirming import lapses_on
from dure.movement.people.errors import LinkGone, Unconfirmed

KEPT: Final = timedelta(seconds=3)
_KEPT_COUNT_MAX: Final = 20_000


class TokenAuth(HttpBearer):
    """Gives the view its actor as ``request.auth``; None (401) for an unknown or expired token."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        account_id = account_of_token(token, now=now())
        return None if account_id is None else actor_of(account_id=account_id)


class KeptActors:
    """The actors behind tokens, each kept for seconds; all are asked for anew when rights were taken away here.

    Other processes of the same site see what was taken away after ``KEPT``.
    """

    def __init__(self) -> None:
        self._held: dict[bytes, tuple[datetime, Actor]] = {}
        self._version = rights_version()

    def actor_of(self, token: str, at: datetime) -> Actor | None:
        """The actor, None for an unknown or expired token."""
        if self._version != rights_version() or len(self._held) >= _KEPT_COUNT_MAX:
            self._version = rights_version()
            self._held.clear()
        name = sha256(token.encode(errors="surrogatepass")).digest()
        held = self._held.get(name)
        if held is not None and held[0] > at:
            return held[1]
        version = rights_version()
        account_id = account_of_token(token, now=at)
        if account_id is None:
            return None
        actor = actor_of(account_id=account_id)
        if version == rights_version():
            self._held[name] = (at + KEPT, actor)
        return actor

    def forget(self) -> None:
        self._held.clear()


class NewcomerAuth(HttpBearer):
    """Gives the view a volunteer as its actor. Their token is the one in their private link; None (401): any other."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        try:
            return actor_of(person_id=people.person_of_token(token))
        except LinkGone:
            return None


class PersonAuth(NewcomerAuth):
    """As :class:`NewcomerAuth`, but who has not confirmed yet is refused with Unconfirmed."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = super().authenticate(request, token)
        if actor is not None and actor.person_id is not None and lapses_on(actor.person_id) is not None:
            raise Unconfirmed
        return actor

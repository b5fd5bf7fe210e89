"""Who stands behind a request, found once."""

from __future__ import annotations

from django.http import HttpRequest

from dure.base.access import Actor, actor_of

PERSON_KEY = "dure_person_id"
GUARDIAN_KEY = "dure_guardian_of"
_KEPT = "_dure_actor"


def actor_of_request(request: HttpRequest) -> Actor:
    """The account that signed in and the person whose private link was opened; both, one or neither."""
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Actor):
        return kept
    account_id = request.user.pk if request.user.is_authenticated else None
    actor = actor_of(
        account_id=account_id,
        person_id=_id_in(request, PERSON_KEY),
        guardian_of=_id_in(request, GUARDIAN_KEY),
    )
    setattr(request, _KEPT, actor)
    return actor


def _id_in(request: HttpRequest, key: str) -> int | None:
    value = request.session.get(key)
    return value if isinstance(value, int) else None


def let_in(request: HttpRequest, key: str, person_id: int) -> None:
    """Put a person (or the guardian of one) into the session under a new session key.

    Whoever came by another link before is let go first: one browser, one person.
    """
    if request.session.get(key) not in (None, person_id):
        request.session.flush()
    request.session[key] = person_id
    # A new session has no key yet that anybody could know.
    if request.session.session_key is not None:
        request.session.cycle_key()

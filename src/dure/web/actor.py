"""Who stands behind a request, found once."""

from __future__ import annotations

from django.http import HttpRequest

from dure.base.access import Actor, actor_of
from dure.movement.people import openings
from dure.web.browsers import browser_words
from dure.web.clock import now

PERSON_KEY = "dure_person_id"
# Whether the link was opened in another browser before this one: then some pages ask first (web.volunteer.known).
BESIDE_KEY = "dure_beside"
GUARDIAN_KEY = "dure_guardian_of"
# Followed by one of the two: the version of the link by which the browser was let in.
_VERSION = "dure_link_version:"
_KEPT = "_dure_actor"


def actor_of_request(request: HttpRequest) -> Actor:
    """The account that signed in and the person whose private link was opened; both, one or neither."""
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Actor):
        return kept
    account_id = request.user.pk if request.user.is_authenticated else None
    actor = actor_of(
        account_id=account_id,
        person_id=_let_in_as(request, PERSON_KEY),
        guardian_of=_let_in_as(request, GUARDIAN_KEY),
    )
    setattr(request, _KEPT, actor)
    return actor


def _let_in_as(request: HttpRequest, key: str) -> int | None:
    """Who the session says it is, while the link that let it in still holds: a revoked one lets nobody stay."""
    person_id = request.session.get(key)
    if not isinstance(person_id, int):
        return None
    return person_id if request.session.get(_VERSION + key) == openings.link_version(person_id) else None


def let_in(request: HttpRequest, key: str, person_id: int) -> None:
    """Put a person (or the guardian of one) into the session under a new session key.

    Whoever came by another link before is let go first: one browser, one person.
    """
    if request.session.get(key) not in (None, person_id):
        request.session.flush()
    request.session[key] = person_id
    request.session[_VERSION + key] = openings.link_version(person_id)
    # A new session has no key yet that anybody could know.
    if request.session.session_key is not None:
        request.session.cycle_key()


def let_in_by_link(request: HttpRequest, person_id: int) -> None:
    """As :func:`let_in`, for somebody's own private link: where it is opened is noted for them to see."""
    # Who was let in by a link that is worthless by now comes anew, too.
    is_new_here = _let_in_as(request, PERSON_KEY) != person_id
    let_in(request, PERSON_KEY, person_id)
    if is_new_here:
        request.session[BESIDE_KEY] = openings.is_open_elsewhere(person_id=person_id, now=now())
        openings.opened(person_id=person_id, browser=browser_words(request), now=now())

"""What the doors share: who may come in at all, and what must not be kept by browsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from dure.base.access import Actor
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.people import confirming
from dure.web import sessions_end
from dure.web.actor import actor_of_request

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
DoorView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]


def _private(view: View[P]) -> View[P]:
    """Pages about people are kept by no cache. Their address stays on the site (SECURE_REFERRER_POLICY).

    It may not be kept back there as well: under "no-referrer" browsers send forms with ``Origin: null``, which
    the protection against forged forms turns away.
    """

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return wrapped


def door_for(*roles: str) -> Callable[[DoorView[P]], View[P]]:
    """Open a view to accounts with one of ``roles`` (anywhere); how far it reaches is decided at each fetch.

    Who isn't signed in is asked to; who has no such role is refused with NotAllowed.
    """

    def decorate(view: DoorView[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of_request(request)
            if actor.account_id is None:
                if sessions_end.may_show_again(request):
                    return sessions_end.shown_again(request, "account")
                return redirect_to_login(request.get_full_path())
            if not any(actor.has_role(role) for role in roles):
                raise NotAllowed(what=f"this page is for the role {' or '.join(roles)}")
            return view(request, actor, *args, **kwargs)

        return _private(wrapped)

    return decorate


PersonView = Callable[Concatenate[HttpRequest, Actor, int, P], HttpResponseBase]


def for_person(view: PersonView[P]) -> View[P]:
    """Open a view to whoever came by their private link; the view gets the person's id.

    Until they have shown that a contact is theirs, they are led to the page where they can, and to no other.
    """

    @wraps(view)
    def confirmed(
        request: HttpRequest, actor: Actor, person_id: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if confirming.lapses_on(person_id) is not None:
            return redirect("my-confirm")
        return view(request, actor, person_id, *args, **kwargs)

    return for_newcomer(confirmed)


def for_newcomer(view: PersonView[P]) -> View[P]:
    """As :func:`for_person`, but also for those who have not confirmed yet: to confirm, and to leave."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of_request(request)
        if actor.person_id is None:
            if sessions_end.may_show_again(request):
                return sessions_end.shown_again(request, "link")
            raise NotFound(what="page without your private link; it stands in our message to you,")
        return view(request, actor, actor.person_id, *args, **kwargs)

    return _private(wrapped)


def for_guardian(view: Callable[Concatenate[HttpRequest, Actor, int, P], HttpResponseBase]) -> View[P]:
    """Open a view to a guardian who came by their link; the view gets the id of the one they answer for."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of_request(request)
        if actor.guardian_of is None:
            raise NotFound(what="page without your private link; it stands in our e-mail to you,")
        return view(request, actor, actor.guardian_of, *args, **kwargs)

    return _private(wrapped)


def private_link(view: View[P]) -> View[P]:
    """For the address of a private link itself: never kept, never handed on, and without a form of its own."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return _private(wrapped)

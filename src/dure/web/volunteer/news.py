"""How news come: by e-mail or SMS, and to this browser if the person wants it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.kernel.must import must
from dure.movement.people import reaching
from dure.operations import browsers
from dure.operations.ways import push_key
from dure.web.doors import for_person

WORKER: Final = "dure/service-worker.js"


@require_safe
@for_person
def news(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    page = {
        "here": "data",
        "push_key": push_key(),
        "is_subscribed": reaching.is_subscribed(actor=actor, person_id=person_id),
    }
    return render(request, "volunteer/news.html", page)


@require_POST
@for_person
def subscribe(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    endpoint, p256dh, auth = (request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    browsers.subscribe(actor=actor, person_id=person_id, endpoint=endpoint, p256dh=p256dh, auth=auth)
    messages.success(request, gettext("Noted. From now on this browser tells you first."))
    return redirect("my-news")


@require_POST
@for_person
def unsubscribe(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    reaching.unsubscribe(actor=actor, person_id=person_id)
    messages.success(request, gettext("This browser is forgotten. We write to you as before."))
    return redirect("my-news")


@require_safe
@cache_control(max_age=3600)
def service_worker(request: HttpRequest) -> FileResponse:
    """At the root of the site: a service worker reaches only what lies below its own address."""
    found = finders.find(WORKER)
    must(isinstance(found, str), f"{WORKER} is one of our files")
    return FileResponse(Path(str(found)).open("rb"), content_type="text/javascript")

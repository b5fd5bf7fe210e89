"""Browsers that take pushes: checked before they are kept, since our server will post to where they say."""

from __future__ import annotations

import json

from django.conf import settings

from dure.base.access import Actor
from dure.channels.push import subscription
from dure.kernel.refusals import BadInput
from dure.movement.people import reaching


def subscribe(*, actor: Actor, person_id: int, endpoint: str, p256dh: str, auth: str) -> None:
    """Send a person's news to this browser as well. Refuses with BadInput what is no subscription, and with NotFound
    for anybody else."""
    actor.must_be(person_id)
    text = json.dumps({"endpoint": endpoint, "p256dh": p256dh, "auth": auth})
    try:
        subscription(text, hosts=settings.PUSH_HOSTS)
    except ValueError as no:
        wanted = "what a browser gives when it subscribes"
        raise BadInput(where="browser", what=f"it can't be reached by push ({no})", wanted=wanted) from no
    reaching.subscribe(
        actor=actor, person_id=person_id, endpoint=endpoint, browser_key=p256dh, browser_secret=auth
    )

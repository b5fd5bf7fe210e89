"""Private links again, for who lost theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from dure.base import outbox
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.movement.people import actions as people_actions
from dure.movement.people import confirming, openings, reaching
from dure.movement.people import reads as people
from dure.movement.places import reads as places

# As many as sign up together (operations.joining).
UNCONFIRMED_MAX: Final = 8


def send_links(*, contact: str, now: datetime) -> None:
    """Queue the private link of everybody this e-mail address or number belongs to, once an hour each.

    Nothing is returned: whether there was anybody is nowhere told. Of those who have not shown that it is theirs the
    newest few are written to: anybody may have written a stranger's address down many times. Refuses with BadInput
    what is neither.
    """
    # A number without its country is looked for in every country of the site.
    countries = [country.code for country in places.countries()]
    ids = people.ids_of_contact(contact, countries=countries)
    unconfirmed = confirming.unconfirmed(ids)
    to = [*(pk for pk in ids if pk not in unconfirmed), *sorted(unconfirmed)[-UNCONFIRMED_MAX:]]
    outbox.queue_many(
        notices=[
            NewNotice(person_id=pk, kind="link", dedupe_key=f"link:{pk}:{now:%Y-%m-%dT%H}") for pk in to
        ],
        now=now,
    )


def renew(*, actor: Actor, person_id: int, now: datetime) -> None:
    """Make every link given out before worthless, with every browser let in by one, and send the new one.

    A guardian's too: theirs is sent by the next question to them. Refuses with NotFound (somebody else).
    """
    actor.must_be(person_id)
    with transaction.atomic():
        people_actions.revoke_links(person_id=person_id)
        openings.begin_anew(actor=actor, person_id=person_id)
        # A push carries the link: it may not go to a browser that an old one let in.
        reaching.drop_browsers([person_id])
        version = openings.link_version(person_id)
        outbox.queue_many(notices=[NewNotice(person_id, "link", f"link:{person_id}:v{version}")], now=now)

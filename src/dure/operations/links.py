"""Private links again, for who lost theirs."""

from __future__ import annotations

from datetime import datetime

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.movement.people import reads as people
from dure.movement.places import reads as places


def send_links(*, contact: str, now: datetime) -> None:
    """Queue the private link of everybody this e-mail address or number belongs to, once an hour each.

    Nothing is returned: whether there was anybody is nowhere told. Refuses with BadInput what is neither.
    """
    # A number without its country is looked for in every country of the site.
    countries = [country.code for country in places.countries()]
    outbox.queue_many(
        notices=[
            NewNotice(person_id=pk, kind="link", dedupe_key=f"link:{pk}:{now:%Y-%m-%dT%H}")
            for pk in people.ids_of_contact(contact, countries=countries)
        ],
        now=now,
    )

"""Private links again, for who lost theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.movement.people import confirming
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

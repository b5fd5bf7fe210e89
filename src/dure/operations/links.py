"""Private links again, for who lost theirs."""

from __future__ import annotations

from datetime import datetime

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.movement.people import reads as people


def send_links(*, email: str, now: datetime) -> None:
    """Queue the private link of everybody this address belongs to, once an hour each.

    Nothing is returned: whether there was anybody is nowhere told. Refuses with BadInput what is no address.
    """
    outbox.queue_many(
        notices=[
            NewNotice(person_id=pk, kind="link", dedupe_key=f"link:{pk}:{now:%Y-%m-%dT%H}")
            for pk in people.ids_of_contact(email)
        ],
        now=now,
    )

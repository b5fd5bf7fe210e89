"""The private address of somebody's calendar: it reads their shifts and opens no page of theirs.

Worthless, as every link, once the links are revoked (``actions.revoke_links``).
"""

from __future__ import annotations

from dure.base.access import Actor
from dure.movement.people import links
from dure.movement.people.errors import LinkGone
from dure.movement.people.models import Person
from dure.movement.people.own import row


def calendar_token(*, actor: Actor, person_id: int) -> str:
    """What stands in the address of their calendar. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    own = row(person_id)
    return links.token(purpose=links.OF_CALENDAR, key=own.key, link_version=own.link_version)


def person_of_calendar(token: str) -> int:
    """Whose calendar this is; of the unconfirmed there is none. Refuses with LinkGone."""
    key, version = links.opened(token, purpose=links.OF_CALENDAR)
    found = Person.objects.filter(key=key, link_version=version, lapses_on=None)
    person_id = found.values_list("pk", flat=True).first()
    if person_id is None:
        raise LinkGone
    return person_id

"""The worker that sends what actions queued. Slow sending happens here, outside every transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.outbox import Notice
from dure.channels.email import EmailChannel
from dure.channels.types import Channel, Undelivered
from dure.kernel.refusals import NotFound
from dure.movement.people import reads as people
from dure.operations.letters import letter

# Notices claimed in one turn; small, so that a worker that dies delays few of them.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Sending:
    """How a turn of the worker went."""

    sent: int
    failed: int
    withheld: int


def _address(notice: Notice) -> str | None:
    """Where the notice goes; None for who has left meanwhile and for synthetic people, who have no mailbox."""
    try:
        if people.person(actor=SYSTEM, person_id=notice.person_id).synthetic:
            return None
    except NotFound:
        return None
    if notice.kind == "guardian_request":
        return people.guardian_contact_of(notice.person_id)
    contact = people.contact_of(notice.person_id)
    return contact.address if contact else None


def send_due(*, now: datetime, count_max: int = BATCH, channel: Channel | None = None) -> Sending:
    """Send up to ``count_max`` queued notices, the oldest first."""
    by = channel or EmailChannel()
    sent = failed = withheld = 0
    for notice in outbox.claim(now=now, count_max=count_max):
        address = _address(notice)
        if address is None:
            outbox.withheld(notice.id, now=now)
            withheld += 1
            continue
        try:
            by.send(letter(kind=notice.kind, facts=notice.facts, person_id=notice.person_id, address=address))
        except Undelivered as no:
            failed += 1
            if no.permanent:
                outbox.withheld(notice.id, now=now)
            else:
                outbox.failed(notice.id, now=now)
        else:
            outbox.sent(notice.id, now=now)
            sent += 1
    return Sending(sent=sent, failed=failed, withheld=withheld)

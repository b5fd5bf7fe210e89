"""The worker that sends what actions queued. Slow sending happens here, outside every transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.outbox import Notice
from dure.channels.email import EmailChannel
from dure.channels.types import Channel, Letter, Undelivered
from dure.kernel.refusals import NotFound
from dure.movement.matching import actions as matching
from dure.movement.people import reads as people
from dure.operations.letters import letter

# Notices claimed in one turn; small, so that a worker that dies delays few of them.
BATCH = 100
# What answers nothing that a person did themselves needs their consent to be written to.
WRITTEN_FIRST = frozenset({"thanks", "nomination"})


@dataclass(frozen=True, slots=True)
class Sending:
    """How a turn of the worker went."""

    sent: int
    failed: int
    withheld: int


def _letter(notice: Notice) -> Letter | None:
    """The notice as a letter; None for who has left meanwhile, for synthetic people, who have no mailbox, and for
    what the movement would write first to somebody who did not agree to that."""
    try:
        if people.person(actor=SYSTEM, person_id=notice.person_id).synthetic:
            return None
        contact = people.contact_of(notice.person_id)
        if contact is None or (notice.kind in WRITTEN_FIRST and not contact.messages):
            return None
        address = contact.address
        if notice.kind == "guardian_request":
            guardian = people.guardian_contact_of(notice.person_id)
            if guardian is None:
                return None
            address = guardian
        return letter(kind=notice.kind, facts=notice.facts, person_id=notice.person_id, address=address)
    except NotFound:
        return None


def send_due(*, now: datetime, count_max: int = BATCH, channel: Channel | None = None) -> Sending:
    """Send up to ``count_max`` queued notices, the oldest first."""
    by = channel or EmailChannel()
    # Offers are told from their run, as many at a time as can be sent.
    matching.tell_offered(now=now, count_max=count_max)
    sent = failed = withheld = 0
    for notice in outbox.claim(now=now, count_max=count_max):
        ready = _letter(notice)
        if ready is None:
            outbox.withheld(notice.id, now=now)
            withheld += 1
            continue
        try:
            by.send(ready)
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

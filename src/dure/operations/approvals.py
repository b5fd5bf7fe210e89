"""A second person's yes, and what is done then.

An act is carried out as whoever asked for it, whose rights must still stand; the second person's name is kept beside it
(``base.approving``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base import approving
from dure.base.access import Actor, actor_of
from dure.kernel.refusals import NotAllowed
from dure.movement.campaigns import reads as campaigns
from dure.operations import appointing, bulk, pausing, stand_down
from dure.operations.two_persons import Asked, Does

# By kind (``campaigns.types.TWO_PERSON_ACTS``).
ACTS: Final[Mapping[str, Does]] = {
    bulk.CALL_OFF: bulk.do_call_off,
    bulk.SHIFT: bulk.do_shift,
    bulk.PUBLISH: bulk.do_publish,
    appointing.GRANT: appointing.do_appoint,
    pausing.CLOSE: pausing.do_close,
    pausing.PAUSE: pausing.do_pause,
    stand_down.END: stand_down.do_end,
}


def approve(*, actor: Actor, act_id: UUID, now: datetime) -> Asked:
    """A second person says yes, and it is done: both or neither.

    Refuses as ``approving.approve`` does, and as the act itself does for whoever asked.
    """
    with transaction.atomic():
        found = approving.approve(actor=actor, act_id=act_id, now=now)
        campaign = campaigns.campaign_by_id(found.campaign_id)
        who = actor_of(account_id=found.asked_by, now=now)
        # How far exactly asks the act itself: who organises a part may give roles there, and call its posts off.
        if not who.organises_part_of(found.area_path):
            raise NotAllowed(what="whoever asked for this no longer organises here")
        return Asked(None, ACTS[found.kind](who, campaign, found.facts, now))

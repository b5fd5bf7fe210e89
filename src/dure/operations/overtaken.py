"""An answer's letter says what is true when it leaves: of a post that somebody was offered meanwhile, not of the line.

Only the letter differs. What is written down of it is the same for who declines that offer and for who never had one
(P3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from dure.base.outbox import Notice
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.holding import Held, held_now
from dure.operations.answer_words import OUTSIDE, OVER

# What the line says; a post that somebody has or may take says more.
OF_THE_LINE: Final = frozenset({"answer_accepted", "answer_reserve", "answer_not_needed"})
STANDS_ALL_THE_SAME: Final = (OVER.reason, OUTSIDE.reason)
PLACED: Final = _("You have a post on %(day)s. Thank you.")
OFFERED: Final = _("There is a post for you on %(day)s. Accept or decline it; a no is free.")


def overtaken(notices: Sequence[Notice], *, now: datetime) -> dict[int, tuple[str, dict[str, Any]]]:
    """Of which notices the letter says something newer: kind and facts, by the notice's id."""
    by_campaign: defaultdict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        campaign_id = notice.facts.get("campaign_id")
        if (
            campaign_id
            and notice.kind in OF_THE_LINE
            and notice.facts.get("reason") not in STANDS_ALL_THE_SAME
        ):
            by_campaign[int(campaign_id)].append(notice)
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for campaign_id, some in by_campaign.items():
        try:
            today = campaigns.local_day(campaigns.campaign_by_id(campaign_id), now)
        except (
            NotFound
        ):  # undone or deleted meanwhile: what is newer nobody can say, and nobody else's letter waits
            continue
        held = held_now(campaign_id, {notice.person_id for notice in some}, today=today, now=now)
        found |= {one.id: _says(held[one.person_id]) for one in some if one.person_id in held}
    return found


def _says(held: Held) -> tuple[str, dict[str, Any]]:
    day = {"day": held.day.isoformat()}
    kind, words = ("answer_offered", OFFERED) if held.is_offer else ("answer_placed", PLACED)
    return kind, {**day, "why": [words, day]}

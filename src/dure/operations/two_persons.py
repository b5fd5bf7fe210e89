"""Acts for which a campaign asks a second organiser's word: they wait, and are carried out once it is given.

What is carried out then, and as whom, says ``operations.approvals``. The command line acts as the installation itself
and waits for nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from dure.base import approving
from dure.base.access import Actor
from dure.base.approving import WaitingFacts
from dure.kernel.must import must
from dure.movement.campaigns.types import TWO_PERSON_ACTS, CampaignFacts
from dure.operations.owed import APPROVAL, organisers_of, tell_once

# Carries an act out: as whom, in which campaign, with which facts, when.
Does = Callable[[Actor, CampaignFacts, dict[str, Any], datetime], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of an act: carried out (``done``: what it answered), or waiting for a second person."""

    waiting: WaitingFacts | None
    done: object = None


def ask_or_do(
    *,
    actor: Actor,
    campaign: CampaignFacts,
    kind: str,
    facts: dict[str, Any],
    does: Does,
    about: str,
    now: datetime,
    subject: str = "",
    area_path: str = "",
) -> Asked:
    """Carry an act out, or have it wait where the campaign asks two persons for its kind.

    ``facts``: JSON values that ``does`` needs, which stands in ``approvals.ACTS`` under ``kind``; ``about``: what is
    asked, in a few words; ``subject``: what it is about within its kind, so that it waits once (empty: all of
    ``facts``, so that what is asked otherwise waits beside it); ``area_path``: where
    the second person organises (empty: the whole campaign). That the actor may do it is asked by the caller, now and
    not after somebody else has looked. Whoever else organises there hears of it.
    """
    must(kind in TWO_PERSON_ACTS, f"{kind} is an act that may wait")
    if actor.is_system or kind not in campaign.two_persons:
        return Asked(None, does(actor, campaign, facts, now))
    waiting = approving.ask(
        actor=actor,
        kind=kind,
        subject=subject or _digest(facts),
        campaign_id=campaign.id,
        area_path=area_path or campaign.area_path,
        facts=facts,
        about=about,
        now=now,
    )
    others = set(organisers_of(waiting.area_path, nearest=False)) - {waiting.asked_by}
    tell_once(
        what=APPROVAL,
        about=str(waiting.id),
        account_ids=sorted(others),
        link=f"/desk/{campaign.slug}/approvals/",
        by_date=waiting.lapses_at.date(),
        now=now,
    )
    return Asked(waiting)


def _digest(facts: dict[str, Any]) -> str:
    """What is asked, whatever words the page has for it."""
    said = {name: value for name, value in facts.items() if name != "about"}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

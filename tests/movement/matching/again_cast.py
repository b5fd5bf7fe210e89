"""The running day in few words: an orchard whose people said yes, a dam that became urgent, who is asked what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dure.movement.matching import actions, reads
from dure.movement.matching.models import Offer
from dure.movement.matching.types import RunFacts
from dure.movement.needs import reads as needs
from tests.movement.matching.farm import DAY, NAJU, Farm, at, made

KM = 1 / 111.2  # degrees of latitude
EVENING: dict[str, Any] = {"starts": 14, "ends": 20}


def north(km: float) -> float:
    return NAJU[0] + km * KM


def again(farm: Farm, now: datetime | None = None, stability_m: int = 3_000) -> RunFacts:
    """Matches again at 6 o'clock and publishes; what is offered stands until 12."""
    now = now or at(6)
    run = actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=now, stability_m=stability_m)
    return actions.publish_run(run_id=run.id, now=now, expires_at=now + timedelta(hours=6))


def asked(farm: Farm) -> dict[str, tuple[str, str | None]]:
    """Who was asked to come where by the latest run, and instead of which post; by name."""
    names = {pk: name for name, pk in farm.posts.items()}
    latest = max(run.round for run in reads.rounds(farm.campaign.id, DAY))
    rows = Offer.objects.filter(run__round=latest, state="open").select_related("run")
    person = {pk: name for name, pk in farm.people.items()}
    return {
        person[row.person_id]: (names[row.post_id], names[row.instead_of_id] if row.instead_of_id else None)
        for row in rows
    }


def yes(farm: Farm, name: str, now: datetime | None = None) -> None:
    """To what they were offered last."""
    offer = farm.offers(name)[0]
    actions.accept(
        actor=farm.me(name), offer_id=offer.id, request_id=made("yes", offer.id), now=now or at(6, 30)
    )


def holds(farm: Farm, name: str) -> list[str]:
    names = {pk: post for post, pk in farm.posts.items()}
    mine = reads.placements_of(farm.me(name), farm.people[name])
    return [names[one.post_id] for one in mine if one.state not in {"withdrawn"}]


def taken(farm: Farm) -> dict[str, int]:
    return {name: needs.post(pk).seats_taken for name, pk in farm.posts.items()}


def picked(farm: Farm, *names: str) -> None:
    """Everybody said yes to "Pick pears" at five; it begins at 14 o'clock."""
    farm.cast(*names)
    farm.post(seats=len(names), tier=3, **EVENING)
    farm.match()
    for name in names:
        farm.accept(name)


def urgent(farm: Farm, name: str = "Sandbags", **other: object) -> int:
    return farm.post(name, **{"seats": 1, "tier": 1, "lat": north(1), **EVENING, **other})

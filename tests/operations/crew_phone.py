"""What a captain's phone sends, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from dure.base.access import SYSTEM, Actor, actor_of
from dure.base.accounts import grant, open_account
from dure.movement.matching import reads as matching_reads
from dure.operations.crew.acts import ActResult, carry_out
from tests.movement.matching.farm import Farm, at

MORNING, EVENING = at(8), at(20)
Acts = Sequence[dict[str, Any]]


def placement(farm: Farm, name: str) -> int:
    return matching_reads.placements_of(SYSTEM, farm.people[name])[0].id


def state(farm: Farm, name: str) -> str:
    return matching_reads.placements_of(SYSTEM, farm.people[name])[0].state


def act(kind: str, when: datetime = MORNING, **fields: object) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "at": when.isoformat(), **fields}


def send(
    farm: Farm,
    *acts: dict[str, Any],
    now: datetime = EVENING,
    sent_at: datetime | None = None,
    actor: Actor | None = None,
) -> list[ActResult]:
    return carry_out(
        actor=actor or farm.captain(),
        team_id=farm.teams["Pickers"],
        sent_at=sent_at or now,
        acts=acts,
        now=now,
    )


def outcomes(results: Sequence[ActResult]) -> list[str]:
    return [one.outcome for one in results]


def codes(results: Sequence[ActResult]) -> list[str]:
    return [one.refusal.code if one.refusal else "" for one in results]


def captain_account(farm: Farm) -> Actor:
    account = open_account(email="captain@example.org", name="Captain")
    grant(account_id=account, role="captain", team_id=farm.teams["Pickers"])
    return actor_of(account_id=account, now=at(8))

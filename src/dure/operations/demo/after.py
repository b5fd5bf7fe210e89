"""The demo's day after the work: gift, settling, recount, standings, practice, nomination."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dure.base.access import SYSTEM, actor_of
from dure.kernel.ids import client_id
from dure.kernel.quantities import show_milli
from dure.movement.audit import actions as audit
from dure.movement.audit import reads as audit_reads
from dure.movement.campaigns import reads as campaigns
from dure.movement.gifts import actions as gifts
from dure.movement.honours import actions as honours
from dure.movement.honours.types import NewNomination
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import CheckpointFacts
from dure.movement.matching import reads as matching_reads
from dure.movement.needs import reads as need_reads
from dure.movement.people import reads as people
from dure.movement.practices import actions as practices
from dure.movement.practices import reads as practice_reads
from dure.movement.practices.types import NewPractice
from dure.movement.standings import reads as standings
from dure.operations import day as turns
from dure.operations.demo.accounts import Accounts
from dure.operations.demo.campaign import RICE
from dure.operations.demo.figures import Clock
from dure.operations.demo.stage import Stage
from dure.operations.demo.turn import Worked
from dure.simulation import behaviour

SACKS_MILLI = 30_000  # thirty sacks, as in the grain gift of 1946 (almanac: grain-gift-1946)


@dataclass(frozen=True)
class Finished:
    """How the demo's day ended."""

    checkpoint: CheckpointFacts


def finish(stage: Stage, worked: Worked, accounts: Accounts, clock: Clock) -> Finished:
    """Everything from the gift to the nomination, each as its room does it in earnest."""
    with clock.step("gift") as step:
        step.says = _gift(stage, accounts)
    with clock.step("settle") as step:
        settled = turns.settle_day(
            campaign_id=stage.campaign.id, day=stage.plan.day, now=stage.plan.at(23, 30)
        )
        step.says = (
            f"{settled.thanked:,} people thanked, {settled.no_shows:,} no-shows, "
            f"log of {settled.checkpoint.size:,} entries signed"
        )
    with clock.step("recount") as step:
        step.says = _recount(stage, worked, accounts)
        checkpoint = ledger.sign_checkpoint(now=stage.plan.at(23, 50))
    with clock.step("standings") as step:
        step.says = _standings(stage)
    with clock.step("practice") as step:
        step.says = _practice(stage)
    with clock.step("nomination") as step:
        step.says = _nomination(stage)
    return Finished(checkpoint)


def _gift(stage: Stage, accounts: Accounts) -> str:
    team_id = min(stage.team_ids.values())
    team = people.team(team_id)
    indicator = next(i for i in campaigns.indicators(stage.campaign.id) if i.code == RICE)
    offer = gifts.offer(
        client_id=client_id(stage.plan.key, "gift"),
        campaign_id=stage.campaign.id,
        area_id=team.area_id,
        indicator_id=indicator.id,
        item="Rice in straw sacks",
        donor_name="A household that wants no name",
        quantity_milli=SACKS_MILLI,
        now=stage.plan.at(10),
    )
    gifts.receive(
        offer_id=offer.id,
        team_id=team_id,
        quantity_milli=SACKS_MILLI,
        keeper=accounts.organiser.id,
        second_keeper=accounts.keeper.id,
        client_id=client_id(stage.plan.key, "gift received"),
        now=stage.plan.at(15),
    )
    return f"{show_milli(SACKS_MILLI)} sacks of rice offered, received by two keepers and booked"


def _recount(stage: Stage, worked: Worked, accounts: Accounts) -> str:
    auditor = actor_of(account_id=accounts.auditor.id)
    draws = sorted(audit_reads.draws_for(auditor, stage.campaign.id), key=lambda draw: draw.id)
    truth = [worked.true_milli_of_entry[draw.entry_index] for draw in draws]
    found = behaviour.recount(np.array(truth, np.int64), stage.plan.seed)
    for draw, found_milli in zip(draws, found.tolist(), strict=True):
        audit.record_recount(
            actor=auditor,
            draw_id=draw.id,
            found_milli=found_milli,
            client_id=client_id(stage.plan.key, "recount", draw.entry_index),
            now=stage.plan.at(23, 45),
        )
    return f"{len(draws)} entries drawn by public lot and recounted"


def _standings(stage: Stage) -> str:
    standing = standings.standing(campaign_id=stage.campaign.id, today=stage.plan.day)
    first = standing.indicators[0].total
    lower = f"{first.lower_percent} %" if first.lower_percent is not None else "unknown"
    return f"{first.claimed_percent} % of plan claimed, verified at least {lower}"


def _practice(stage: Stage) -> str:
    leading = practice_reads.leading_practice_candidates(
        actor=SYSTEM, campaign_id=stage.campaign.id, day=stage.plan.day
    )
    if not leading:
        return "no team leads teams like it clearly enough to be asked how"
    team = leading[0]
    practices.write_up(
        actor=SYSTEM,
        new=NewPractice(
            client_id=client_id(stage.plan.key, "practice"),
            campaign_id=stage.campaign.id,
            team_id=team.team.id,
            title="Crates wait at the end of every row before the crew starts",
            what=(
                "Two people bring empty crates to the row ends half an hour before the shift. "
                "Nobody walks back for a crate, and those who tire first change to the crates."
            ),
            rate_milli_per_hour=team.rate_milli_per_hour,
            like_rate_milli_per_hour=team.like_rate_milli_per_hour,
        ),
        now=stage.plan.at(23, 55),
    )
    return f"how {team.team.name} works is written up for others"


def _nomination(stage: Stage) -> str:
    """Somebody from the kitchen or at the desk, where work is easily overlooked."""
    kinds = {"kitchen": "cooking", "office": "paperwork", "transport": "transport", "care": "care"}
    worked = [
        p
        for p, _ in matching_reads.worked_minutes(stage.campaign.id, stage.plan.day)
        if p.person_id is not None
    ]
    posts = need_reads.posts({p.post_id for p in worked})
    quiet = next((p for p in worked if posts[p.post_id].cause in kinds), None)
    if quiet is None or quiet.person_id is None:
        return "nobody worked where work is easily overlooked"
    post = posts[quiet.post_id]
    honours.nominate(
        actor=SYSTEM,
        new=NewNomination(
            client_id=client_id(stage.plan.key, "nomination"),
            campaign_id=stage.campaign.id,
            person_id=quiet.person_id,
            team_id=post.team_id,
            kind=kinds[post.cause],
            reason="Was there before everybody and left after everybody, and nobody in the field went without.",
        ),
        now=stage.plan.at(23, 56),
    )
    return "one person nominated; shown to nobody unless they agree"

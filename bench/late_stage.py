"""A matched day with open seats and people who come after it, for :mod:`bench.latecomer`. Synthetic throughout."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from dure.movement.matching import actions as matching
from dure.movement.needs import actions as needs
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.operations.demo import rows
from dure.operations.demo.campaign import new_campaign
from dure.operations.demo.stage import Plan
from dure.simulation import needs as simulated_needs
from dure.simulation import people as simulated_people
from dure.simulation import towns

COUNTRY = "KR"
PEOPLE_PER_POST = 24.4
# Of those who could come late only some are insured, briefed and of age; the others are shown nothing anyway.
READY_SHARE_LEAST = 0.3


def set_up(people_count: int, post_count: int, late_count: int, seed: int) -> dict[str, Any]:
    """Match ``people_count`` people to ``post_count`` posts of tomorrow; ``late_count`` more register after it."""
    started = time.perf_counter()
    # Tomorrow, so that no shift has begun however late in the day the benchmark runs.
    plan = Plan(COUNTRY, people_count, seed, (datetime.now(UTC) + timedelta(days=1, hours=9)).date())
    country = towns.country(COUNTRY)
    country_row, regions, town_rows = rows.area_rows(country)
    places.add_country(country=country_row, regions=regions, towns=town_rows)
    id_of = {town.code: town.id for town in place_reads.towns_under(f"/{COUNTRY}/")}
    area_of_town = [id_of[str(town.geoname_id)] for town in country.towns]
    wanted = simulated_needs.needs(country, round(post_count * PEOPLE_PER_POST), seed, plan.day)
    new_teams = rows.team_rows(wanted, seed=plan.key, area_of_town=area_of_town)
    formed = people.form_teams(rows=new_teams)
    campaign = campaigns.create(new=new_campaign(country, wanted, plan.day), now=plan.at(8, days=-1))
    campaign = campaigns.open_campaign(actor=SYSTEM, slug=campaign.slug, now=plan.at(8, days=-1))
    posts = rows.post_rows(
        wanted,
        seed=plan.key,
        campaign_id=campaign.id,
        day=plan.day,
        days_later=0,
        team_ids={new.key: team.id for new, team in zip(new_teams, formed, strict=True)},
        area_of_town=area_of_town,
    )[:post_count]
    needs.publish(rows=posts)
    many = round(people_count + late_count / READY_SHARE_LEAST)
    folk = simulated_people.people(country, many, seed, plan.day)
    ready = folk.covered & folk.briefed & (plan.day.year - folk.birth_year > 18)
    late = set((np.flatnonzero(ready[people_count:])[:late_count] + people_count).tolist())
    now = datetime.now(UTC)
    come_late = []
    for number, block in enumerate(
        rows.people_blocks(folk, seed=plan.key, area_of_town=area_of_town, morning=plan.at(5))
    ):
        first = number * rows.BLOCK_PEOPLE
        on_time = [new for row, new in enumerate(block, first) if row < people_count]
        people.register_many(rows=on_time, now=now)
        come_late += [new for row, new in enumerate(block, first) if row in late]
    run = matching.run(campaign_id=campaign.id, day=plan.day, now=now)
    # The offers stand all the while, so that every question has to count the seats that they hold.
    run = matching.publish_run(run_id=run.id, now=now, expires_at=now + timedelta(hours=12))
    registered = people.register_many(rows=come_late, now=now)
    return {
        "people": people_count,
        "posts": len(posts),
        "late": len(come_late),
        "seats": sum(run.seats_by_tier),
        "placed": run.placed_count,
        "prepare_seconds": round(time.perf_counter() - started, 1),
        "tokens": [people_reads.private_link_token(pk) for pk in registered.ids if pk is not None],
    }

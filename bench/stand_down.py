"""An area with 5,000 people out there stood down: listed, told, answered; the goal is all of it within five minutes.

    python -m bench.stand_down --people 5000 --database sqlite|postgresql [--readers N] [--json FILE]

*floor* inserts as many rows of the list and notices with this program's own writer, and applies no rule;
``ratio_to_floor`` is what listing takes over it. Letters go to a double that takes each at once: a real channel is as
quick as its provider. Four of five then say that they are safe, one by one; the chain is moved on for the others. The
page of an organiser is asked for in between; ``--readers``: by so many processes all the while, five times a second
each, as it is where everybody at their desk watches. Then it is ended, and everybody on the list is told so.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bench.apart import apart

NOW: Final = datetime(2026, 10, 5, 3, tzinfo=UTC)
DAY: Final = date(2026, 10, 5)
GOAL_SECONDS: Final = 300
CREW: Final = 50
LOOK_EVERY_S: Final = 0.2
READERS: Final = "DURE_BENCH_READERS"
SILENT_EVERY: Final = 5
HERE: Final = (37.26, 127.03)


class Clock:
    """Seconds since it was last asked."""

    def __init__(self) -> None:
        self._at = time.perf_counter()

    def lap(self) -> float:
        before, self._at = self._at, time.perf_counter()
        return round(self._at - before, 2)


def _stage(count: int) -> tuple[int, str]:
    """A town at work: ``count`` people checked in at posts of ``CREW`` each; (campaign id, the town's path)."""
    from dure.base.access import SYSTEM
    from dure.base.rows import insert
    from dure.kernel.ids import client_id
    from dure.movement.campaigns import actions as campaigns
    from dure.movement.campaigns.types import NewCampaign, NewIndicator, NewMovement
    from dure.movement.matching.models import Placement
    from dure.movement.needs import actions as needs
    from dure.movement.needs.types import NewPost
    from dure.movement.people import actions as people
    from dure.movement.people.types import MATCHING, MESSAGES, NewPerson, NewTeam
    from dure.movement.places import actions as places
    from dure.movement.places import reads as place_reads
    from dure.movement.places.types import CountryRow, TownRow

    def made(*parts: object) -> Any:
        return client_id(b"bench stand-down", *parts)

    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[],
        towns=[TownRow("suwon", "Suwon", "수원", "13", "Gyeonggi", *HERE, 1_190_000)],
    )
    town = place_reads.by_code("suwon")
    new = NewCampaign(
        movement=NewMovement("bench", "Bench", "Measured."),
        slug="bench",
        name="Bench",
        summary="Measured.",
        area="KR",
        timezone="Asia/Seoul",
        starts_on=DAY,
        ends_on=DAY + timedelta(days=30),
        indicators=(NewIndicator("hours", "hours", "Hours", "h"),),
    )
    campaign_id = campaigns.create(new=new, now=NOW - timedelta(days=5)).id
    campaigns.open_campaign(actor=SYSTEM, slug="bench", now=NOW - timedelta(days=5))
    team_count = -(-count // CREW)
    rows = [NewTeam(made("team", k), f"Team {k}", town.id, "bench") for k in range(team_count)]
    teams = people.form_teams(rows=rows)
    first = NewPerson(
        key=made("person"),
        given_name="Somebody",
        birth_year=1990,
        area_id=town.id,
        home_lat=HERE[0],
        home_lon=HERE[1],
        travel_limit_m=20_000,
        email="",
        consents=(MATCHING, MESSAGES),
        wording="1",
    )
    folk = [
        replace(first, key=made("person", k), given_name=f"P{k}", email=f"p{k}@people.example")
        for k in range(count)
    ]
    ids = people.register_many(rows=folk, now=NOW - timedelta(days=4)).ids
    post = NewPost(
        key=made("post"),
        campaign_id=campaign_id,
        team_id=teams[0].id,
        area_id=town.id,
        day=DAY,
        title="Sandbags",
        lat=HERE[0],
        lon=HERE[1],
        starts_at=NOW - timedelta(hours=3),
        ends_at=NOW + timedelta(hours=4),
        seats=CREW,
        tier=1,
        cause="flood",
    )
    posts = [replace(post, key=made("post", k), team_id=team.id) for k, team in enumerate(teams)]
    post_ids = needs.publish(rows=posts).ids
    by_number = [post_ids[one.key] for one in posts]
    names = (
        "request_id",
        "post_id",
        "person_id",
        "day",
        "turn",
        "state",
        "accepted_at",
        "checked_in_at",
        "gave_seat",
    )
    placed = [
        (made("yes", k), by_number[k // CREW], pk, DAY, 1, "present", NOW, NOW - timedelta(hours=3), False)
        for k, pk in enumerate(ids)
    ]
    insert(Placement, names, placed)
    return campaign_id, town.path


def _floor(town_path: str) -> float:
    """Seconds to write the list and the notices with no rule, undone afterwards."""
    from django.db import transaction

    from dure.base import outbox
    from dure.base.outbox import NewNotice
    from dure.base.rows import insert
    from dure.movement.needs import reads as needs
    from dure.movement.safety import standing_down
    from dure.movement.safety.homeward import COLUMNS
    from dure.movement.safety.models import HomeCall, StandDown

    found = standing_down.out_now(area_path=town_path, now=NOW)
    posts = needs.posts({one.post_id for one in found})
    clock = Clock()
    with transaction.atomic():
        one = StandDown.objects.create(
            client_id="00000000-0000-8000-8000-000000000000",
            area_id=posts[found[0].post_id].area_id,
            area_path=town_path,
            why="Floor.",
            at=NOW,
        )
        rows: list[tuple[object, ...]] = []
        for out in found:
            post = posts[out.post_id]
            rows.append(
                (
                    *(out.placement_id, one.pk, out.person_id, post.campaign_id, post.area_id, post.team_id),
                    *(out.post_id, out.was, "waiting", NOW, 1, NOW, ""),
                )
            )
        insert(HomeCall, COLUMNS, rows)
        notices = [
            NewNotice(out.person_id, "stood_down_out", f"floor:{out.placement_id}", {}) for out in found
        ]
        outbox.queue_many(notices=notices, now=NOW)
        took = clock.lap()
        transaction.set_rollback(True)
    return took


def read_on() -> None:
    """Look at the page of the stand-down until standard input ends; then print how long the looks took."""
    import django

    django.setup()
    from dure.base.access import SYSTEM
    from dure.movement.campaigns import reads as campaigns
    from dure.movement.safety import reads

    campaign = campaigns.campaign("bench")
    looks: list[float] = []
    while not select.select([sys.stdin], [], [], LOOK_EVERY_S)[0]:
        began = time.perf_counter()
        for one in reads.stand_downs(actor=SYSTEM, campaign=campaign):
            reads.not_home(actor=SYSTEM, campaign=campaign, stand_down_id=one.id)
        looks.append((time.perf_counter() - began) * 1000)
    print(json.dumps(looks))


def _readers(count: int) -> list[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "bench.stand_down", "--read"]
    return [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]


def measure(count: int, readers: int) -> dict[str, Any]:
    """The seconds of each part, in the database of the settings."""
    import django

    django.setup()
    from django.core.management import call_command

    from dure.base.access import SYSTEM, Actor
    from dure.channels.double import DoubleChannel
    from dure.movement.campaigns import reads as campaigns
    from dure.movement.safety import actions as safety
    from dure.movement.safety import reads
    from dure.movement.safety.models import HomeCall
    from dure.operations import stand_down
    from dure.operations.homeward import chain
    from dure.operations.outbox import send_due
    from dure.operations.ways import Ways

    call_command("migrate", verbosity=0)
    campaign_id, town_path = _stage(count)
    found: dict[str, Any] = {"people": count, "floor_s": _floor(town_path)}
    watching = _readers(readers)
    clock = Clock()
    done = stand_down.stand_down(
        actor=SYSTEM,
        client_id=uuid4(),
        area_path=town_path,
        why="The dam may break.",
        now=NOW,
    )
    found["listed_s"], found["listed"] = clock.lap(), done.listed
    email = DoubleChannel()
    ways = Ways({"email": email})
    while send_due(now=NOW, count_max=200, ways=ways).count:
        pass
    found["told_s"], found["told"] = clock.lap(), len(email.sent)
    calls = list(HomeCall.objects.order_by("pk").values_list("pk", "person_id"))
    clock.lap()
    for number, (pk, person_id) in enumerate(calls):
        if number % SILENT_EVERY:
            safety.say_safe(actor=Actor(person_id=person_id), call_id=pk, now=NOW + timedelta(minutes=2))
    found["answered_s"] = clock.lap()
    campaign = campaigns.campaign_by_id(campaign_id)
    shown = reads.stand_down(actor=SYSTEM, stand_down_id=done.stand_down.id)
    reads.not_home(actor=SYSTEM, campaign=campaign, stand_down_id=shown.id)
    found["page_ms"] = round(clock.lap() * 1000)
    chain(NOW + timedelta(minutes=10))
    found["chain_s"] = clock.lap()
    stand_down.end(
        actor=SYSTEM, stand_down_id=done.stand_down.id, words="Over.", now=NOW + timedelta(hours=1)
    )
    found["end_s"] = clock.lap()
    looks = sorted(ms for one in watching for ms in json.loads(one.communicate()[0]))
    if looks:
        found["looks"] = len(looks)
        found["look_p50_ms"], found["look_p95_ms"] = (
            round(looks[int(len(looks) * share)]) for share in (0.5, 0.95)
        )
    found["safe"], found["waiting"] = shown.roll.safe, shown.roll.waiting
    found["all_s"] = round(sum(found[name] for name in ("listed_s", "told_s", "answered_s", "chain_s")), 2)
    found["ratio_to_floor"] = round(found["listed_s"] / max(found["floor_s"], 0.01), 1)
    found["within_goal"] = found["all_s"] <= GOAL_SECONDS
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--readers", type=int, default=0, help="processes that look at the page all the while"
    )
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        read_on()
        return
    if asked.measure:
        print(json.dumps(measure(asked.measure, int(os.environ.get(READERS, "0")))))
        return
    os.environ[READERS] = str(asked.readers)
    found = {"database": asked.database, "readers": asked.readers}
    found |= apart("bench.stand_down", asked.people, asked.database)
    text = json.dumps(found, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The running day matched again, in the rooms: ``python -m bench.match_again --folder DIR [--people N]``.

The day of ``bench.match_day`` in the folder (made there first). Everybody who was offered a post said yes, but 41 in
10,000 gave theirs back, and for each 6,000 people a critical post of five seats becomes urgent, as a country of 1.2
million has 5,000 no-shows and 200 urgent posts. Reported: seconds by step, whom the plan moves and who is asked.
``--json FILE`` keeps it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.match_day import DAWN, DAY, Steps, country, match, tell
from dure.base.memory import peak_rss_gb

GIVEN_BACK = 0.0041
PEOPLE_AN_URGENT_POST = 6_000
LATER = DAWN + timedelta(minutes=30)


def everybody_says_yes(run_id: int) -> None:
    """As the room would write it, all at once."""
    from django.db import connection, transaction

    from dure.movement.matching.models import Offer

    key = "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matching_placement "
            "(request_id, post_id, person_id, day, turn, state, accepted_at, gave_seat) "
            f"SELECT {key}, post_id, person_id, %s, 1, 'accepted', %s, %s FROM matching_offer WHERE run_id = %s",
            [DAY, DAWN, False, run_id],
        )
        cursor.execute(
            "UPDATE needs_post SET seats_taken = (SELECT COUNT(*) FROM matching_placement "
            "WHERE matching_placement.post_id = needs_post.id)"
        )
        Offer.objects.filter(run_id=run_id).update(state=Offer.State.ACCEPTED)


def some_cannot_come() -> int:
    from dure.movement.matching.models import Placement
    from dure.movement.needs.models import Post

    every = round(1 / GIVEN_BACK)
    gone = list(Placement.objects.order_by("pk").values_list("pk", "post_id"))[::every]
    for pk, post_id in gone:
        Placement.objects.filter(pk=pk).update(state=Placement.State.WITHDRAWN)
        Post.objects.filter(pk=post_id).update(seats_taken=Post.objects.get(pk=post_id).seats_taken - 1)
    return len(gone)


def some_is_urgent(people: int) -> int:
    """Critical posts where others are, in the afternoon."""
    from dure.kernel.ids import client_id
    from dure.movement.needs import actions as needs
    from dure.movement.needs import reads
    from dure.movement.needs.types import NewPost

    posts = reads.posts_of_day(_campaign_id(), DAY)
    count = max(1, people // PEOPLE_AN_URGENT_POST)
    names = list(NewPost.__dataclass_fields__)
    rows = []
    for number, like in enumerate(posts[:: max(1, len(posts) // count)][:count]):
        new = NewPost(**{name: getattr(like, name) for name in names})
        rows.append(
            replace(
                new,
                key=client_id(b"bench again", number),
                title=f"Urgent {number}",
                tier=1,
                seats=5,
                skills=(),
                least_crew=0,
                lead_key=None,
                people_per_lead=0,
            )
        )
    return len(needs.publish(rows=rows).ids)


def _campaign_id() -> int:
    from dure.movement.campaigns.models import Campaign

    return Campaign.objects.values_list("pk", flat=True).get()


def again() -> dict[str, Any]:
    from dure.movement.matching import actions

    steps = Steps()
    started = time.perf_counter()
    run = actions.run_again(campaign_id=_campaign_id(), day=DAY, now=LATER, progress=steps)
    solved = time.perf_counter()
    run = actions.publish_run(run_id=run.id, now=LATER, expires_at=LATER + timedelta(hours=2))
    ended = time.perf_counter()
    told = run.again
    return {
        "people": run.people_count,
        "posts": run.posts_count,
        "gap_units": run.gap_units,
        "seconds": {**steps.seconds, "publishing": ended - solved, "total": ended - started},
        "again": {name: getattr(told, name) for name in told.__slots__} if told else None,
        "filled_by_tier": run.filled_by_tier,
        "peak_rss_gb": peak_rss_gb(),
    }


def main() -> None:
    keep_in = country(__doc__)
    from django.db import connection

    from dure.movement.matching.models import Offer, Placement, Run
    from dure.movement.needs.models import Post

    Placement.objects.all().delete()
    Offer.objects.all().delete()
    Run.objects.all().delete()
    Post.objects.filter(title__startswith="Urgent ").delete()
    Post.objects.update(seats_taken=0)
    _figures, morning = match()
    everybody_says_yes(morning.id)
    happened = {"gave back": some_cannot_come(), "urgent posts": some_is_urgent(morning.people_count)}
    tell({"database": connection.vendor, "happened": happened, **again()}, keep_in)


if __name__ == "__main__":
    main()

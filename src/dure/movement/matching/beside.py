"""Two cleared adults beside whoever is under 18 (P6), asked at every way onto a post.

The match keeps it by its sides; here it is asked again of the placements as they are now, when somebody under 18 says
yes, takes a seat late or is checked in. Nothing is kept: a place waits as long as the adults are not there, whoever
withdrew, was not there or lost their clearance meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.base.rows import IDS_A_QUERY_MAX
from dure.engine.matching.sides import ADULTS_BESIDE_MINORS
from dure.movement.matching.errors import UNFIT, AdultsMissing, PostUnfit
from dure.movement.matching.models import Offer, Placement
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people

# Who is there or will be. Somebody who has gone home looks after nobody.
COMING = (Placement.State.ACCEPTED, Placement.State.PRESENT)
HERE = (Placement.State.PRESENT,)
ADULTS_THERE, ADULTS_GONE = "adults_there", "adults_gone"


def adults_at(post_ids: Collection[int], *, day: date, states: tuple[str, ...] = COMING) -> Counter[int]:
    """Cleared adults placed at each of some posts of a day, by post id."""
    if not post_ids:
        return Counter()
    rows = Placement.objects.filter(post_id__in=list(post_ids), state__in=states, person__isnull=False)
    return cleared_among(rows.values_list("person_id", "post_id"), day=day)


def cleared_among(placed: Iterable[tuple[int, int]], *, day: date) -> Counter[int]:
    """Cleared adults at each post by its id, of (person id, post id)s of a day."""
    placed = set(placed)  # nobody counts for two
    cleared = set(people.cleared_adults((person_id for person_id, _ in placed), day=day).tolist())
    return Counter(post_id for person_id, post_id in placed if person_id in cleared)


def must_be_beside_adults(person_id: int, post: PostFacts) -> None:
    """Asked in the transaction that takes the seat, after it is taken: the post is held then, so that no adult
    leaves it in between.

    Refuses with PostUnfit (nobody under 18 ever works there), AdultsMissing (fewer than two cleared adults said yes).
    """
    if person_id not in people.minors([person_id], day=post.day):
        return
    if post.for_adults:
        raise PostUnfit(rule="minors", why=UNFIT["minors"])
    there = adults_at([post.id], day=post.day)[post.id]
    if there < ADULTS_BESIDE_MINORS:
        raise AdultsMissing(there=there, wanted=ADULTS_BESIDE_MINORS)


def posts_for_minors(post_ids: Collection[int], *, day: date) -> set[int]:
    """Those of the posts where two cleared adults are placed."""
    there = adults_at(post_ids, day=day)
    return {post_id for post_id in post_ids if there[post_id] >= ADULTS_BESIDE_MINORS}


def waiting(placements: Iterable[Placement | PlacementFacts]) -> set[int]:
    """Which of these placements wait, by id: somebody under 18 is to come, and two cleared adults are not."""
    by_day: dict[date, list[Placement | PlacementFacts]] = {}
    for row in placements:
        if row.state in COMING and row.person_id is not None:
            by_day.setdefault(row.day, []).append(row)
    found: set[int] = set()
    for day, rows in by_day.items():
        young = people.minors((row.person_id for row in rows if row.person_id is not None), day=day)
        theirs = [row for row in rows if row.person_id in young]
        safe = posts_for_minors({row.post_id for row in theirs}, day=day)
        found |= {row.id for row in theirs if row.post_id not in safe}
    return found


def minors_waiting(campaign_id: int, day: date) -> Counter[int]:
    """How many under 18 have a place at each post of a day where two cleared adults are missing, by post id."""
    # They are few and each has few placements; the day's may be a million. So neither day nor campaign is asked for.
    rows = Placement.objects.filter(state__in=COMING)
    young = people.minor_ids(day=day).tolist()
    found = [
        row
        for start in range(0, len(young), IDS_A_QUERY_MAX)
        for row in rows.filter(person_id__in=young[start : start + IDS_A_QUERY_MAX])
        if row.day == day
    ]
    posts = needs.posts(row.post_id for row in found)
    theirs = [row for row in found if posts[row.post_id].campaign_id == campaign_id]
    waits = waiting(theirs)
    return Counter(row.post_id for row in theirs if row.pk in waits)


def leads_enough(post: PostFacts, *, more: int) -> bool:
    """Whether the leads who said yes can look after the crew and ``more`` people, beside all the others they lead."""
    if post.lead_key is None:
        return True
    lead = needs.posts_by_key([post.lead_key]).get(post.lead_key)
    if lead is None or lead.cancelled_at is not None:
        return False
    # Each lead looks after people of one post.
    wanted = sum(
        -(-(led.seats_taken + more * (led.id == post.id)) // led.people_per_lead)
        for led in needs.led_by(post.lead_key)
    )
    return wanted <= lead.seats_taken


def tell_when_adults_left(post_ids: Collection[int], *, day: date, now: datetime) -> int:
    """Tell those under 18 whose place waits since somebody left their post; how many were told.

    Call it in the transaction in which somebody leaves. Their captain and organiser see it on their pages.
    """
    rows = Placement.objects.filter(post_id__in=list(post_ids), state__in=COMING, person__isnull=False)
    if not rows.exists():
        return 0
    found = list(rows)
    waits = waiting(found)
    notices = [
        # Once for each time that somebody left: the moment is part of the key.
        NewNotice(
            row.person_id,
            ADULTS_GONE,
            f"{ADULTS_GONE}:{row.pk}:{now.timestamp():.6f}",
            {"day": day.isoformat()},
        )
        for row in found
        if row.pk in waits and row.person_id is not None
    ]
    outbox.queue_many(notices=notices, now=now)
    return len(notices)


def drop_told_of_adults(campaign_id: int, day: date) -> int:
    """Drop what a day's people were told of adults who came: it would say who was offered a post (P3). The count."""
    return outbox.drop_starting(_told_of(campaign_id, day))


def _told_of(campaign_id: int, day: date) -> str:
    return f"{ADULTS_THERE}:{campaign_id}:{day.isoformat()}:"


def tell_when_adults_came(post: PostFacts, person_id: int, *, now: datetime) -> int:
    """Tell those under 18 who were offered a seat there, or have one, that the second cleared adult said yes.

    Call it in the transaction in which ``person_id`` takes a seat. How many were told.
    """
    if post.for_adults or not len(people.cleared_adults([person_id], day=post.day)):
        return 0
    if adults_at([post.id], day=post.day)[post.id] != ADULTS_BESIDE_MINORS:
        return 0
    offered = Offer.objects.filter(
        post_id=post.id, state=Offer.State.OPEN, run__published_at__isnull=False, run__expires_at__gt=now
    )
    placed = Placement.objects.filter(post_id=post.id, state__in=COMING, person__isnull=False)
    asked = {*offered.values_list("person_id", flat=True), *placed.values_list("person_id", flat=True)}
    young = people.minors((pk for pk in asked if pk is not None), day=post.day)
    facts = {"day": post.day.isoformat()}
    notices = [
        NewNotice(
            pk,
            ADULTS_THERE,
            f"{_told_of(post.campaign_id, post.day)}{post.id}:{pk}:{now.timestamp():.6f}",
            facts,
        )
        for pk in sorted(young)
    ]
    outbox.queue_many(notices=notices, now=now)
    return len(notices)

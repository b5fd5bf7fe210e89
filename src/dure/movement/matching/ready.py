"""Whether somebody may still take what they were offered: facts can change between the match and the answer.

A guardian may have withdrawn, a cover may have ended, a post on a neighbouring day may have been
accepted. P5, P6 and P7 hold for the seat that is taken, not only for the offer that was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from dure.base.access import SYSTEM
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.columns import SHIFT_MINUTES, SHIFT_MINUTES_BY_WISH
from dure.movement.matching.errors import AlreadyPlaced, NotReady, RestShort
from dure.movement.matching.gather import DAY, FEW_PEOPLE, NO_SHIFT, shifts_between, window
from dure.movement.matching.models import Placement
from dure.movement.matching.rest import (
    ONE_AT_A_TIME,
    WEEK,
    Shift,
    by_person,
    overlap,
    too_full,
    too_little,
)
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import BRIEFING, CLEARANCE, COVER, MATCHING, OWN_WORD, SKILL

ADULT_AGE = 18


def missing(person_id: int, post: PostFacts) -> str:
    """What a person lacks for a post, in words for them; empty when nothing is missing."""
    try:
        facts = people.person(actor=SYSTEM, person_id=person_id)
    except NotFound:
        return "to be registered"
    good = {
        (held.kind, held.code if held.kind == SKILL else "")
        for held in facts.credentials
        if held.evidence != OWN_WORD and (held.valid_until is None or held.valid_until >= post.day)
    }
    lacks = _lacks(
        matching=any(c.purpose == MATCHING and c.withdrawn_at is None for c in facts.consents),
        covered=(COVER, "") in good,
        briefed=(BRIEFING, "") in good,
        cleared=(CLEARANCE, "") in good or not post.with_children,
        agreed=facts.guardian_agreed_at is not None
        or person_id not in people.minors([person_id], day=post.day),
    )
    return " and ".join([*lacks, *(f"the skill {code}" for code in post.skills if (SKILL, code) not in good)])


def _lacks(*, matching: bool, covered: bool, briefed: bool, cleared: bool, agreed: bool) -> list[str]:
    held = {
        "to agree to being matched": matching,
        "insurance cover": covered,
        "a briefing": briefed,
        "a clearance for work with children": cleared,
        "your guardian's consent": agreed,
    }
    return [what for what, there in held.items() if not there]


def short_of_rest(posts_of: Mapping[int, PostFacts]) -> dict[int, str]:
    """Which rest the given post would take from each person, by person id; who would keep theirs is left out.

    ``posts_of``: the post each person would take, by person id.
    """
    if not posts_of:
        return {}
    days = [post.day for post in posts_of.values()]
    worked = by_person(shifts_between(min(days) - WEEK - DAY, max(days) + WEEK + DAY, person_ids=posts_of))
    # Whoever did not arrive did not work; they may come after all, so until it is over nobody is elsewhere.
    no_show = (Placement.State.NO_SHOW,)
    missed = by_person(shifts_between(min(days) - DAY, max(days) + DAY, person_ids=posts_of, states=no_show))
    found: dict[int, str] = {}
    for person_id in worked.keys() | missed.keys():
        post = posts_of[person_id]
        new = Shift(person_id, post.starts_at, post.ends_at, post.id, post.day)
        # This very post may have been taken by a twin of the same request.
        theirs = [shift for shift in worked.get(person_id, ()) if shift.post_id != post.id]
        others = [shift for shift in theirs if shift.day != post.day]
        same_day = [shift for shift in theirs if shift.day == post.day]
        wanted = too_little(others, new, same_day)
        if not wanted and any(overlap(shift, new) for shift in missed.get(person_id, ())):
            wanted = ONE_AT_A_TIME
        if same_day and not wanted:
            by_wish = people.wishes([person_id])[person_id].long_shift
            wanted = too_full(same_day, new, SHIFT_MINUTES_BY_WISH if by_wish else SHIFT_MINUTES)
        if wanted:
            found[person_id] = wanted
    return found


def refuse_unready(person_id: int, post: PostFacts) -> None:
    """Refuses with NotReady (what :func:`missing` names), RestShort (which rest they would lose)."""
    if lacks := missing(person_id, post):
        raise NotReady(missing=lacks)
    if wanted := short_of_rest({person_id: post}).get(person_id):
        raise RestShort(wanted=wanted)


def next_turn(person_id: int, post: PostFacts) -> int:
    """Which of a person's shifts of a day a post would be, from 1. The person is held by the caller's transaction.

    Refuses with AlreadyPlaced who has as many as they wish for, or a seat at this very post. A post that was called
    off is no shift, though its turn stays taken.
    """
    rows = Placement.objects.filter(person_id=person_id, day=post.day).exclude(
        state=Placement.State.WITHDRAWN
    )
    turns = set(rows.values_list("turn", flat=True))
    held = set(rows.exclude(NO_SHIFT).values_list("post_id", flat=True))
    wishes = people.wishes([person_id]).get(person_id)
    full = bool(held) and (wishes is None or len(held) >= wishes.shifts_max)
    if full or post.id in held:
        raise AlreadyPlaced(day=post.day)
    return next(turn for turn in range(1, len(turns) + 2) if turn not in turns)


def unready(posts_of: Mapping[int, PostFacts]) -> set[int]:
    """Who of many lacks anything for the post they would take; as :func:`missing`, read at once.

    ``posts_of``: the post each person would take, by person id.
    """
    by_day: dict[tuple[int, date], list[int]] = {}
    for person_id, post in posts_of.items():
        by_day.setdefault((post.campaign_id, post.day), []).append(person_id)
    lacking: set[int] = set()
    for (campaign_id, day), ids in by_day.items():
        lacking |= _unready_on(campaign_id, day, ids, posts_of)
    return lacking


def _unready_on(
    campaign_id: int, day: date, ids: Iterable[int], posts_of: Mapping[int, PostFacts]
) -> set[int]:
    campaign = campaigns.campaign_by_id(campaign_id)
    start, end = window(campaign, day)
    asked = sorted(ids)
    everyone = people.placeable(
        area_path=campaign.area_path,
        day=day,
        day_start=start,
        day_end=end,
        # Of few by name; a country's answers at once are quicker with everybody.
        person_ids=asked if len(asked) <= FEW_PEOPLE else None,
    )
    row_of = {person_id: row for row, person_id in enumerate(everyone.person.tolist())}
    names = everyone.skills.names
    shown = {
        (row, names[code])
        for row, code in zip(everyone.skills.person.tolist(), everyone.skills.code.tolist(), strict=True)
    }
    lacking = set()
    for person_id in asked:
        row, post = row_of.get(person_id), posts_of[person_id]
        if (
            row is None
            or _lacks(
                matching=True,
                covered=bool(everyone.covered[row]),
                briefed=bool(everyone.briefed[row]),
                cleared=bool(everyone.cleared[row]) or not post.with_children,
                agreed=bool(everyone.guardian_agreed[row]) or int(everyone.age[row]) >= ADULT_AGE,
            )
            or any((row, code) not in shown for code in post.skills)
        ):
            lacking.add(person_id)
    return lacking

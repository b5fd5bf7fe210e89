"""Whoever comes late, or is free again: the posts of the running day that need them most, and a seat in one act.

Nothing is kept about posts that were shown and not taken (P1, P3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import IntegrityError, connection, transaction

from dure.base.access import Actor
from dure.base.moments import as_utc
from dure.engine.matching import NO_POST, PeopleFacts
from dure.engine.matching.facts import ADULT_AGE
from dure.engine.matching.latecomer import CHANCES_MAX, index_posts, latecomer, rules_against
from dure.engine.matching.problem import great_circle_m, unit_vectors
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.actions.offers import placed_before
from dure.movement.matching.beside import (
    leads_enough,
    must_be_beside_adults,
    posts_for_minors,
    tell_when_adults_came,
)
from dure.movement.matching.columns import (
    LONG_AGO_MIN,
    MINUTE_MAX,
    SHIFT_MINUTES,
    SHIFT_MINUTES_BY_WISH,
    Int32s,
    _post_facts,
    minutes,
)
from dure.movement.matching.errors import (
    UNFIT,
    AlreadyPlaced,
    NotReady,
    PostUnfit,
    RunNotReady,
    ShiftBegun,
)
from dure.movement.matching.gather import DAY, WORKED, window
from dure.movement.matching.late_day import (
    LateDay,
    LateRun,
    Words,
    held_seats,
    late_day,
    refuse_promised,
    runs_now,
)
from dure.movement.matching.models import Offer, Placement
from dure.movement.matching.ready import next_turn, refuse_unready
from dure.movement.matching.rest import (
    REST_BETWEEN_SHIFTS,
    WEEK,
    WEEK_MINUTES_MAX,
    Shift,
    rest_of,
    too_full,
)
from dure.movement.matching.rows import placement_facts
from dure.movement.matching.running import READY_MINUTES, WAY_M_A_MINUTE
from dure.movement.matching.types import LatePost, LateReason, PlacementFacts
from dure.movement.needs import actions as need_actions
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import actions as people_actions
from dure.movement.people import reads as people
from dure.movement.people.types import PersonOnDay

# Posts are read again in batches; those that filled up meanwhile make room for the next ones.
BATCH = 16
BATCHES_MAX = 4
CAME = (Placement.State.PRESENT, Placement.State.DONE)
NOT_MATCHED = "to be registered, in a place of this campaign, and to agree to being matched"


def best_now(
    *, actor: Actor, person_id: int, campaign: CampaignFacts, day: date, now: datetime
) -> list[LatePost]:
    """The open posts of a day that need a person most, the best first, at most eight.

    [] for who has as many shifts that day as they wish.

    By what a seat is worth to the day, less what it costs the person (way, wishes): the measure of the morning's
    match, in which an open seat has no price. Empty also while the day is not matched and published, or is settled.
    Refuses with NotFound who asks for another.
    """
    actor.must_be(person_id)
    runs = runs_now(campaign.id, day)
    if not runs:
        return []
    start, end = window(campaign, day)
    person = people.person_on_day(person_id, day=day, day_start=start, day_end=end)
    if person is None or not person.area_path.startswith(campaign.area_path):
        return []
    # Last, as reading a day anew may take seconds: only for those who may be matched there.
    today = late_day(campaign.id, day, now)
    if today is None or not len(today.need_ids):
        return []
    others = _other_shifts(person_id, day)
    same_day = [Shift(person_id, one.starts_at, one.ends_at) for one in others if one.day == day]
    if same_day and len(same_day) >= person.shifts_max:
        return []
    facts = _one(person, today.words, *_earlier(today, others))
    shown: list[LatePost] = []
    closed = ~today.has_seats | (today.index.posts.starts_min <= minutes(now))
    for _batch in range(BATCHES_MAX):
        chances = latecomer(today.index, facts, open_seats=~closed, count_max=BATCH)
        free = _with_free_seat(runs, [int(today.need_ids[chance.post]) for chance in chances], now)
        if person.age < ADULT_AGE:
            free = posts_for_minors(free, day=day)
        for chance in chances:
            closed[chance.post] = True
            post = today.posts[chance.post]
            by = now + timedelta(minutes=READY_MINUTES + chance.travel_m / WAY_M_A_MINUTE)
            fits = not too_full(same_day, Shift(person_id, post.starts_at, post.ends_at), _longest(person))
            if post.id in free and post.starts_at >= by and fits and leads_enough(post, more=1):
                area, reason = today.areas[post.area_id], _reason(today, chance.post)
                shown.append(LatePost(post, area, round(chance.travel_m), reason))
        if len(shown) >= CHANCES_MAX or len(chances) < BATCH:
            break
    return shown[:CHANCES_MAX]


def _with_free_seat(runs: tuple[LateRun, ...], post_ids: Sequence[int], now: datetime) -> set[int]:
    """Those of the posts that have a seat that is neither taken nor held by an offer, as they stand now."""
    held = held_seats(runs, now, post_ids)
    return {post_id for post_id, seats in needs.free_seats(post_ids).items() if seats > held[post_id]}


def _reason(today: LateDay, row: int) -> LateReason:
    """``new``: asked for since the match; else ``open``, whatever the seat's story is: a no is nobody's to see (P3)."""
    return "open" if today.matched[row] else "new"


# In SQL, as the person waits for it: Django thinks longer than the database works.
_PLACEMENTS = """
    SELECT post_id, state, checked_out_at FROM matching_placement
    WHERE person_id = %s AND day >= %s AND day <= %s AND state <> %s
"""


@dataclass(frozen=True, slots=True)
class _Other:
    """A placement of the person near the day, whose post still stands or stood when they came."""

    day: date
    counts: bool  # as work, for rest
    starts_at: datetime
    ends_at: datetime
    work: tuple[int, str]  # team and title


def _other_shifts(person_id: int, day: date) -> list[_Other]:
    # A night shift of the day before the week still reaches into it.
    days = (connection.ops.adapt_datefield_value(one) for one in (day - WEEK - DAY, day + 2 * DAY))
    with connection.cursor() as cursor:
        cursor.execute(_PLACEMENTS, [person_id, *days, Placement.State.WITHDRAWN.value])
        rows = cursor.fetchall()
    posts = needs.posts(post_id for post_id, *_rest in rows) if rows else {}
    return [
        _Other(
            day=posts[post_id].day,
            counts=state in WORKED,
            starts_at=posts[post_id].starts_at,
            ends_at=max(posts[post_id].ends_at, as_utc(out_at)) if out_at else posts[post_id].ends_at,
            work=(posts[post_id].team_id, posts[post_id].title),
        )
        for post_id, state, out_at in rows
        # As NO_SHIFT says it.
        if posts[post_id].cancelled_at is None or state in CAME
    ]


@dataclass(frozen=True, slots=True)
class _Rested:
    """What other days leave the person for this one; minutes of the Unix epoch."""

    from_min: int
    until_min: int
    minutes_left: int


def _rested(others: Iterable[_Other], day: date, ends: tuple[datetime, datetime]) -> _Rested:
    worked = [one for one in others if one.counts]
    before = [Shift(0, one.starts_at, one.ends_at) for one in worked if one.day < day]
    rest = rest_of(before, first_end=ends[0], last_end=ends[1]).get(0)
    later = [one.starts_at for one in worked if one.day > day]
    return _Rested(
        # Rounded up: a rest is never a minute short.
        from_min=-int(-rest.rested_from.timestamp() // 60) if rest else LONG_AGO_MIN,
        until_min=minutes(min(later) - REST_BETWEEN_SHIFTS) if later else MINUTE_MAX,
        minutes_left=rest.minutes_left if rest else WEEK_MINUTES_MAX,
    )


def _earlier(today: LateDay, others: Sequence[_Other]) -> tuple[_Rested, int]:
    """What other days leave, and the row of the post that continues yesterday's."""
    yesterday = (one.work for one in others if one.counts and one.day == today.day - DAY)
    rows = (today.row_of_work.get(work, NO_POST) for work in yesterday)
    return _rested(others, today.day, today.ends), next(rows, NO_POST)


def _longest(person: PersonOnDay) -> int:
    """Minutes that one shift may last for them, and all shifts of a day together."""
    return SHIFT_MINUTES_BY_WISH if person.long_shift_wish else SHIFT_MINUTES


def _one(person: PersonOnDay, words: Words, rested: _Rested, yesterday_row: int) -> PeopleFacts:
    """The person as the engine's columns of one row. What no post of the day asks for has no code."""

    def coded(names: Iterable[str], code_of: Mapping[str, int]) -> tuple[Int32s, Int32s]:
        codes = [code_of[name] for name in names if name in code_of]
        return np.zeros(len(codes), np.int32), np.array(codes, np.int32)

    skill_person, skill = coded(person.skills, words.skill_of)
    language_person, language = coded(person.languages, words.language_of)
    refuses_person, refuses = coded(person.refuses, words.cause_of)
    prefers_person, prefers = coded(person.prefers, words.cause_of)
    if person.prefers and not len(prefers):  # they have wishes, and nothing today is one of them
        prefers_person, prefers = np.zeros(1, np.int32), np.array([len(words.cause_of)], np.int32)
    free = [(minutes(start), min(minutes(end), rested.until_min)) for start, end in person.free]
    return PeopleFacts(
        person=np.array([person.person_id], np.int64),
        lat=np.array([person.lat], np.float64),
        lon=np.array([person.lon], np.float64),
        travel_limit_m=np.array([person.travel_limit_m], np.int32),
        age=np.array([person.age], np.int16),
        days_waited=np.array([person.days_waited], np.int32),
        physical_max=np.array([person.physical_max], np.int8),
        covered=np.array([person.covered], np.bool_),
        briefed=np.array([person.briefed], np.bool_),
        cleared=np.array([person.cleared], np.bool_),
        guardian_agreed=np.array([person.guardian_agreed], np.bool_),
        free_person=np.zeros(len(free), np.int32),
        free_from_min=np.array([start for start, _end in free], np.int64),
        free_to_min=np.array([max(end, start + 1) for start, end in free], np.int64),
        skill_person=skill_person,
        skill=skill,
        language_person=language_person,
        language=language,
        refuses_person=refuses_person,
        refuses=refuses,
        prefers_person=prefers_person,
        prefers=prefers,
        rested_from_min=np.array([rested.from_min], np.int64),
        minutes_left_week=np.array([rested.minutes_left], np.int32),
        shift_max_min=np.array([_longest(person)], np.int32),
        yesterday_post=np.array([yesterday_row], np.int32),
    )


def take(*, actor: Actor, person_id: int, post_id: int, request_id: UUID, now: datetime) -> PlacementFacts:
    """Take an open seat of a day that runs, once. It becomes a placement like an accepted offer.

    The phone makes ``request_id``, as for an offer: asking twice takes one seat. An open offer of the same day
    is let go in the same moment; a no is free. Every rule is asked again, whatever was shown.

    Refuses with NotFound (who asks for another), NeedUnknown, NeedCancelled, NeedFull (also where the last seats
    are kept for people who were offered them), ShiftBegun, RunNotReady (the day is not published, or settled),
    NotReady, RestShort, PostUnfit (which rule), AdultsMissing (under 18, and two cleared adults have not said yes
    there), AlreadyPlaced, RequestReused.
    """
    actor.must_be(person_id)
    if earlier := placed_before(request_id, person_id, post_id):
        return earlier
    post = needs.post(post_id)
    if post.starts_at <= now:
        raise ShiftBegun()
    campaign = campaigns.campaign_by_id(post.campaign_id)
    _runs_of(post)
    try:
        with transaction.atomic():
            # Held first: somebody who takes two neighbouring days at once must not slip past the rest rule.
            people_actions.hold(person_ids=[person_id])
            if twin := placed_before(request_id, person_id, post_id):
                return twin  # another copy of the request was quicker
            turn = next_turn(person_id, post)
            _refuse_unfit(person_id, campaign, post)
            need_actions.take_seat(post_id=post_id)
            refuse_promised(needs.post(post_id), now)
            _runs_of(post)  # nobody settled the day meanwhile
            must_be_beside_adults(person_id, post)
            if not leads_enough(post, more=0):
                raise PostUnfit(rule="leads", why=UNFIT["leads"])
            placement = Placement.objects.create(
                request_id=request_id,
                post_id=post_id,
                person_id=person_id,
                day=post.day,
                turn=turn,
                accepted_at=now,
            )
            asked = Offer.objects.filter(run__campaign_id=campaign.id, run__day=post.day, person_id=person_id)
            asked.filter(state=Offer.State.OPEN).update(state=Offer.State.DECLINED)
            tell_when_adults_came(post, person_id, now=now)
    except IntegrityError as clash:
        if twin := placed_before(request_id, person_id, post_id):
            return twin
        raise AlreadyPlaced(day=post.day) from clash
    return placement_facts(placement)


def _runs_of(post: PostFacts) -> tuple[LateRun, ...]:
    if runs := runs_now(post.campaign_id, post.day):
        return runs
    raise RunNotReady(day=post.day, state="not open to latecomers")


def _refuse_unfit(person_id: int, campaign: CampaignFacts, post: PostFacts) -> None:
    """Every hard rule for one person and one post, from what is true now."""
    start, end = window(campaign, post.day)
    person = people.person_on_day(person_id, day=post.day, day_start=start, day_end=end)
    if person is None or not person.area_path.startswith(campaign.area_path):
        raise NotReady(missing=NOT_MATCHED)
    refuse_unready(person_id, post)
    words = Words(
        skill_of={name: code for code, name in enumerate(post.skills)},
        language_of={name: code for code, name in enumerate(post.languages)},
        cause_of={post.cause: 0},
    )
    columns = _post_facts([post], [1], words.skill_of, words.language_of, words.cause_of)
    index = index_posts(columns, tier_unit=1)
    others = [one for one in _other_shifts(person_id, post.day) if one.day != post.day]
    rested = _rested(others, post.day, (post.ends_at, post.ends_at))
    facts = _one(person, words, rested, NO_POST)
    if against := rules_against(index, facts, 0):
        raise PostUnfit(rule=against[0].name, why=UNFIT[against[0].name])
    way_m = great_circle_m(unit_vectors(facts.lat, facts.lon), index.site)[0]
    if way_m > person.travel_limit_m:
        raise PostUnfit(rule="way", why=UNFIT["way"])

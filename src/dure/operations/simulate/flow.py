"""How people come, confirm, do their own part, leave and come back: their acts, in batches, as the clock runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np

from dure.base.access import SYSTEM
from dure.kernel.ids import client_id
from dure.kernel.refusals import Refusal
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.intake import Ready, Taken, Terms, store, terms_of
from dure.movement.calls.intake import ready as make_ready
from dure.movement.calls.types import ANSWER_KINDS, Receipt, SignUpForm
from dure.movement.people import actions as people
from dure.movement.people import confirming
from dure.movement.people import reads as people_reads
from dure.movement.people.types import SKILL, NewCredential
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import answers, lapsing, leaving
from dure.operations.demo.accounts import DOMAIN
from dure.operations.demo.rows import EVIDENCE
from dure.operations.simulate.crowd import NOBODY, Crowd, Ints
from dure.operations.simulate.stage import Stage
from dure.simulation import surge_folk
from dure.simulation.vocabulary import LANGUAGES, SKILLS

Hours = dict[tuple[int, int], tuple[tuple[datetime, datetime], ...]]
# Forms are made and stored in blocks, so that rows of 100,000 people never stand in memory at once.
BLOCK_PEOPLE = 5_000
INVITED, NOT_NEEDED = ANSWER_KINDS.index("invited"), ANSWER_KINDS.index("not_needed")


def arrive(stage: Stage, crowd: Crowd, now: datetime) -> int:
    """Take in everybody who signed up since the last time, each at their own moment; how many.

    As the hot door does: forms checked and made ready, then stored in batches with the first answer.
    """
    due = np.flatnonzero((crowd.arrives_s <= now.timestamp()) & np.isinf(crowd.signed_s))
    # In the order of time, also those who come back: ids ascend with it.
    due = due[np.argsort(crowd.arrives_s[due], kind="stable")]
    areas = places.areas(stage.area_of_town)
    hours: Hours = {}
    terms: dict[date, Terms] = {}
    for start in range(0, len(due), BLOCK_PEOPLE):
        rows = due[start : start + BLOCK_PEOPLE]
        ready = [_ready(stage, crowd, row, areas, hours, terms) for row in rows.tolist()]
        ids = [_receipt(one).person_id for one in store(ready)]
        _show_licences(stage, crowd, rows, ids)
        crowd.came_in(rows, ids)
        crowd.signed_s[rows] = crowd.arrives_s[rows]
        crowd.confirms_s[rows] = crowd.arrives_s[rows] + crowd.folk.confirm_s[crowd.like[rows]]
    return len(due)


def _receipt(one: Taken | Refusal) -> Receipt:
    if isinstance(one, Refusal):
        raise one
    return one.receipt


def _ready(
    stage: Stage,
    crowd: Crowd,
    row: int,
    areas: Mapping[int, AreaFacts],
    hours: Hours,
    terms: dict[date, Terms],
) -> Ready:
    at = datetime.fromtimestamp(float(crowd.arrives_s[row]), stage.surge.opens_at.tzinfo)
    if at.date() not in terms:
        terms[at.date()] = terms_of(
            calls_reads.appeal(stage.surge.id),
            today=at.date(),
            answer=answers.first_answer(stage.campaign, now=at),
            unconfirmed_until=answers.confirm_by(stage.campaign, now=at),
        )
    form = _form(stage, crowd, row, at, hours)
    return make_ready(
        client_id=client_id(stage.key, "sign-up", row),
        form=form,
        area=areas[form.area_id],
        terms=terms[at.date()],
        now=at,
        synthetic=True,
    )


def _form(stage: Stage, crowd: Crowd, row: int, at: datetime, hours: Hours) -> SignUpForm:
    folk, like = crowd.people, int(crowd.like[row])
    offer = (int(crowd.folk.offer[like]), (at.date() - stage.surge.opens_at.date()).days + 1)
    if offer not in hours:
        spans = surge_folk.free_days(stage.surge, *offer)
        hours[offer] = tuple((stage.at(0, start), stage.at(0, end)) for start, end in spans)
    return SignUpForm(
        # No name like it: nobody can take it for a real person's.
        given_name=f"{folk.given_names[folk.name[like]]} S-{row:06d}",
        email=f"s{row}@{DOMAIN}",
        birth_year=int(folk.birth_year[like]),
        area_id=stage.area_of_town[int(folk.town[like])],
        travel_limit_m=int(folk.travel_limit_m[like]),
        consent=True,
        messages=True,
        free_spans=hours[offer],
        languages=tuple(LANGUAGES[code] for code in folk.languages.of(like)),
        skills=_skills(stage, crowd, like),
        physical_max=int(folk.physical_max[like]),
    )


def _skills(stage: Stage, crowd: Crowd, like: int) -> tuple[str, ...]:
    known = {SKILLS[code] for code in crowd.people.skills.of(like)}
    return tuple(sorted(known | ({stage.surge.profession} if crowd.folk.professional[like] else set())))


def _show_licences(stage: Stage, crowd: Crowd, rows: Ints, ids: Sequence[int]) -> None:
    """Licences are seen at once, so that what is measured is the call and not the drawer of papers."""
    wanted = {code for kind in stage.surge.work for code in kind.skills}
    shown = [
        (person_id, NewCredential(SKILL, code, EVIDENCE))
        for person_id, like in zip(ids, crowd.like[rows].tolist(), strict=True)
        for code in _skills(stage, crowd, like)
        if code in wanted
    ]
    if shown:
        people.add_credentials(rows=shown)


def confirm(crowd: Crowd, now: datetime) -> int:
    """Those who open the letter by now give their code; how many. Who has lapsed comes too late."""
    now_s = now.timestamp()
    due = np.flatnonzero((crowd.confirms_s <= now_s) & np.isinf(crowd.confirmed_s) & (crowd.person != NOBODY))
    if len(due):
        confirming.confirm_many(person_ids=crowd.person[due].tolist())
        # The code was typed in since the last look; what it changes they hear now.
        crowd.confirmed_s[due] = crowd.confirms_s[due]
    return len(due)


def lapse(crowd: Crowd, now: datetime) -> int:
    """Who never confirmed is erased by the product itself; how many."""
    count = lapsing.lapse(now=now)
    if count:
        waiting = np.flatnonzero((crowd.person != NOBODY) & np.isinf(crowd.confirmed_s))
        ids = crowd.person[waiting]
        there = people_reads.ids_between(int(ids.min()), int(ids.max()))
        crowd.gone(waiting[~np.isin(ids, there)], now.timestamp())
    return count


def begin_own_part(crowd: Crowd, rows: Ints, kinds: Ints, now: datetime) -> None:
    """Whoever hears for the first time that they are invited begins with their own part."""
    due = np.unique(rows[kinds == INVITED])
    due = due[np.isinf(crowd.hands_in_s[due]) & (crowd.person[due] != NOBODY)]
    crowd.hands_in_s[due] = now.timestamp() + crowd.folk.hand_in_s[crowd.like[due]]


def leave(stage: Stage, crowd: Crowd, day: int, not_needed: Ints, now: datetime) -> int:
    """Some leave, and of those some will sign up again; how many left. ``not_needed``: rows that just heard it."""
    told = np.zeros(crowd.count, np.bool_)
    told[not_needed] = True
    goes = surge_folk.leaving(crowd.count, told, day, stage.seed)
    rows = np.flatnonzero(goes & (crowd.person != NOBODY) & ~np.isinf(crowd.confirmed_s))
    for person_id in crowd.person[rows].tolist():
        leaving.leave(actor=SYSTEM, person_id=person_id, now=now)
    crowd.gone(rows, now.timestamp())
    after = surge_folk.returning(len(rows), day, stage.seed)
    back = np.isfinite(after)
    if back.any():
        crowd.come_back(rows[back], now.timestamp() + after[back])
    return len(rows)

"""Everybody home (P7): who was not signed out is asked, then looked for, until a person says that they are safe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.outbox import NewNotice
from dure.base.rows import IDS_A_QUERY_MAX, Row, insert_new
from dure.kernel.must import must
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import out_there
from dure.movement.matching.types import OutThere
from dure.movement.needs import reads as needs
from dure.movement.people import reaching
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.safety import reads
from dure.movement.safety.errors import HomeCallOver, LookedUpEarly
from dure.movement.safety.models import HomeCall, HomeStep
from dure.movement.safety.sealed import seal
from dure.movement.safety.types import (
    GAPS,
    HOME_AFTER,
    STAND_DOWN_GAPS,
    STEPS,
    HomeCallFacts,
    NextStep,
)
from dure.movement.safety.words import said

# Rows in one transaction, which stays near 100 ms.
CHUNK_ROWS: Final = 1_000
ASKED: Final = "home_safe"
OPEN: Final = (HomeCall.State.WAITING, HomeCall.State.HELP)
# So long after it ended, who was looked for is nobody's business any more (P9).
KEEP_DAYS: Final = 30
# How long ago a shift may have ended: longer, and a phone that syncs late would wake people about last week.
LOOK_BACK: Final = timedelta(hours=48)
COLUMNS: Final = (
    *("placement_id", "stand_down_id", "person_id", "campaign_id", "area_id", "team_id", "post_id", "was"),
    *("state", "due_at", "reached", "next_at", "ended_by"),
)


def await_home(*, now: datetime, back: timedelta = LOOK_BACK) -> int:
    """Begin the chain for everybody whose shift ended two hours ago, or up to ``back`` before that, and who was not
    signed out; how many that are.

    Once a placement, whoever asks and however often. Who is on the list of a stand-down is looked for there, but for
    those who were safe when it was over, and worked on; so is who asked for help during the shift and was helped.
    """
    must(now.tzinfo is not None, "now is aware")
    until = now - HOME_AFTER
    count = 0
    for campaign in campaigns.campaigns(SYSTEM):
        if campaign.state == "draft":
            continue
        found = out_there.not_signed_out(needs.ended_between(campaign.id, until - back, until))
        known = _known(found)
        new = [one for one in found if one.placement_id not in known]
        for start in range(0, len(new), CHUNK_ROWS):
            some = new[start : start + CHUNK_ROWS]
            _open_again([one.placement_id for one in some], now)
            insert_calls(some, stand_down_id=None, now=now)
        count += len(new)
    return count


def insert_calls(
    people_out: Sequence[OutThere],
    *,
    stand_down_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Calls for these people, those that stand left as they are; their chain begins now. ``due_at`` None: with a
    stand-down now, else two hours after the shift."""
    posts = needs.posts({one.post_id for one in people_out})
    rows: list[Row] = [
        (
            one.placement_id,
            stand_down_id,
            one.person_id,
            posts[one.post_id].campaign_id,
            posts[one.post_id].area_id,
            posts[one.post_id].team_id,
            one.post_id,
            one.was,
            HomeCall.State.WAITING.value,
            due_at or (now if stand_down_id is not None else one.ends_at + HOME_AFTER),
            0,
            now,
            "",
        )
        for one in people_out
    ]
    insert_new(HomeCall, COLUMNS, rows)


def take_steps(*, now: datetime, count_max: int = CHUNK_ROWS) -> list[NextStep]:
    """Move the chain on for up to ``count_max`` people whose next step is due; the steps that were taken.

    Themself are asked here, by a notice of the same transaction; whoever else is to be told is the caller's, in this
    transaction. Whoever was checked out meanwhile is home (their captain's word counts) and leaves the chain.
    """
    must(now.tzinfo is not None, "now is aware")
    with transaction.atomic():
        due = HomeCall.objects.select_for_update(skip_locked=True).filter(next_at__lte=now)
        rows = list(due.order_by("next_at", "pk")[:count_max])
        home = _signed_out(rows, now)
        gone = _left([row for row in rows if row.pk not in home], now)
        rest = [row for row in rows if row.pk not in home and row.pk not in gone]
        areas = places.areas({row.area_id for row in rest})
        steps = [_step(row, areas[row.area_id].path, now) for row in rest]
        HomeCall.objects.bulk_update(rest, ["reached", "next_at"], batch_size=500)
        HomeStep.objects.bulk_create(
            [HomeStep(call_id=step.call_id, at=now, kind=step.kind) for step in steps]
        )
        asked = [step for step in steps if step.kind == STEPS[0] and step.person_id is not None]
        # The list of a stand-down has told them already.
        notices = [
            NewNotice(step.person_id, ASKED, f"{ASKED}:{step.call_id}", {"campaign_id": step.campaign_id})
            for step in asked
            if step.person_id is not None and step.stand_down_id is None
        ]
        outbox.queue_many(notices=notices, now=now)
    return steps


def _step(row: HomeCall, area_path: str, now: datetime) -> NextStep:
    gaps = GAPS if row.stand_down_id is None else STAND_DOWN_GAPS
    kind = STEPS[row.reached]
    row.reached += 1
    asks = row.state == HomeCall.State.HELP
    says_safe = row.said_safe_at is not None and not asks
    gap = pause_of(row) if says_safe else gaps[row.reached - 1] if row.reached < len(STEPS) else None
    row.next_at = now + gap if gap is not None and row.reached < len(STEPS) else None
    return NextStep(
        *(row.pk, row.person_id, kind, row.team_id, area_path, row.campaign_id, row.stand_down_id),
        asks_for_help=asks,
        says_safe=says_safe,
    )


def _signed_out(rows: Sequence[HomeCall], now: datetime) -> set[int]:
    # Whoever asks for help is looked after, also when they have been signed out.
    asked = [row for row in rows if row.was != "left" and row.state == HomeCall.State.WAITING]
    out = out_there.checked_out([row.placement_id for row in asked if row.placement_id is not None])
    ids = [row.pk for row in asked if row.placement_id in out]
    return _end(ids, HomeCall.State.SAFE, "signed_out", now)


def _left(rows: Sequence[HomeCall], now: datetime) -> set[int]:
    """Whoever left the movement meanwhile did so themself, by their own link, and is not looked for."""
    return _end([row.pk for row in rows if row.person_id is None], HomeCall.State.CLOSED, "left", now)


def _end(ids: Sequence[int], state: str, by: str, now: datetime) -> set[int]:
    if ids:
        HomeCall.objects.filter(pk__in=ids, state__in=OPEN).update(
            state=state, ended_at=now, ended_by=by, next_at=None
        )
        HomeStep.objects.bulk_create([HomeStep(call_id=pk, at=now, kind=by) for pk in ids])
    return set(ids)


def say_safe(*, actor: Actor, call_id: int, now: datetime) -> HomeCallFacts:
    """They are safe: their own word, their captain's or their organiser's. Twice changes nothing.

    Refuses with NotFound, and HomeCallOver where somebody ended it otherwise.
    """
    row, by = _of(actor, call_id)
    with transaction.atomic():
        ended = HomeCall.objects.filter(pk=row.pk, state__in=OPEN).update(
            state=HomeCall.State.SAFE, ended_at=now, ended_by=by, next_at=None
        )
        if ended:
            account_id = actor.account_id if by != "self" else None
            HomeStep.objects.create(call_id=row.pk, at=now, kind="safe", by_id=account_id)
            outbox.drop_keys(keys=[f"{ASKED}:{row.pk}"])
    row.refresh_from_db()
    if row.state != HomeCall.State.SAFE:
        raise HomeCallOver(how=row.get_state_display())
    return reads.facts_of([row])[0]


def say_all_safe(*, actor: Actor, call_ids: Collection[int], now: datetime) -> int:
    """Say it of many, a captain of the whole crew; how many were still looked for. What isn't theirs is refused; what
    an organiser ended otherwise meanwhile stays so, and keeps nobody else from being safe."""
    count = 0
    for pk in sorted(set(call_ids)):
        with suppress(HomeCallOver):
            count += say_safe(actor=actor, call_id=pk, now=now).ended_at == now
    return count


def pause_of(row: HomeCall) -> timedelta:
    """How long the next waits for somebody to confirm what an SMS said: twice as long as for any other answer."""
    return 2 * max(GAPS if row.stand_down_id is None else STAND_DOWN_GAPS)


def _open_again(placement_ids: Sequence[int], now: datetime) -> None:
    """Searches that a person ended while the shift went on (they had asked for help): it is over now."""
    HomeCall.objects.filter(placement_id__in=placement_ids, stand_down=None, ended_at__isnull=False).update(
        state=HomeCall.State.WAITING,
        ended_at=None,
        ended_by="",
        said_safe_at=None,
        reached=0,
        due_at=now,
        next_at=now,
    )


def ask_for_help(*, actor: Actor, call_id: int, words: str, now: datetime) -> HomeCallFacts:
    """They need help: captain and organisers are told at once, and the call stays open until somebody ends it.

    ``words`` may be "". Who said before that they are safe can still ask. Refuses with NotFound, BadInput.
    """
    row, by = _of(actor, call_id)
    text = said(words) if words.strip() else ""
    with transaction.atomic():
        HomeCall.objects.filter(pk=row.pk).exclude(state=HomeCall.State.HELP).update(
            state=HomeCall.State.HELP,
            ended_at=None,
            ended_by="",
            said_safe_at=None,
            reached=STEPS.index("captain"),
            next_at=now,
        )
        account_id = actor.account_id if by != "self" else None
        write_step(row, "help", account_id, text, now)
    row.refresh_from_db()
    return reads.facts_of([row])[0]


def note(*, actor: Actor, call_id: int, words: str, now: datetime) -> HomeCallFacts:
    """Write down what was done to find them. For their captain and who organises the place.

    Refuses with NotFound, BadInput.
    """
    row = _of_crew(actor, call_id)
    write_step(row, "noted", actor.account_id, said(words), now)
    return reads.facts_of([row])[0]


def close(*, actor: Actor, call_id: int, words: str, now: datetime) -> HomeCallFacts:
    """End the search otherwise than by "safe", in words: only who organises the place. Twice changes nothing.

    Refuses with NotFound, NotAllowed, BadInput.
    """
    row = _of_crew(actor, call_id)
    actor.must_organise(places.area(row.area_id).path, what="ending the search for somebody")
    text = said(words)
    with transaction.atomic():
        ended = HomeCall.objects.filter(pk=row.pk, state__in=OPEN).update(
            state=HomeCall.State.CLOSED, ended_at=now, ended_by="organiser", next_at=None
        )
        if ended:
            write_step(row, "closed", actor.account_id, text, now)
    row.refresh_from_db()
    return reads.facts_of([row])[0]


def look_up(*, actor: Actor, call_id: int, now: datetime) -> str:
    """How to reach somebody who is looked for, to call them: for who organises the place, once captains were told, or
    when they ask for help. Of those under 18 it is their guardian's. Each look is kept among the steps.

    Refuses with NotFound, NotAllowed, LookedUpEarly, HomeCallOver.
    """
    row = _of_crew(actor, call_id)
    actor.must_organise(places.area(row.area_id).path, what="looking up how to reach somebody")
    if row.state not in OPEN or row.person_id is None:
        raise HomeCallOver(how=row.get_state_display())
    if row.state != HomeCall.State.HELP and row.reached < 2:
        raise LookedUpEarly(at=row.next_at or now)
    to = reaching.reach({row.person_id}).get(row.person_id)
    write_step(row, "looked_up", actor.account_id, "", now)
    if to is None:
        return ""
    young = people.minors([row.person_id], day=now.date())
    # A number first: who is looked for is called, not written to.
    own = to.contacts.get("sms") or to.contacts.get("email") or ""
    return to.guardian or own if young else own


def forget(*, now: datetime) -> int:
    """Delete who was looked for, KEEP_DAYS after it ended; how many."""
    old = HomeCall.objects.filter(ended_at__lt=now - timedelta(days=KEEP_DAYS)).order_by("pk")
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:CHUNK_ROWS]):
        with transaction.atomic():
            HomeStep.objects.filter(call_id__in=ids).delete()
            count += HomeCall.objects.filter(pk__in=ids).delete()[0]
    return count


def forget_person(*, person_id: int, now: datetime) -> int:
    """Whoever leaves is not looked for any more, and no word about the search stays; how many searches that ends."""
    mine = HomeCall.objects.filter(person_id=person_id)
    ids = list(mine.values_list("pk", flat=True))
    HomeStep.objects.filter(call_id__in=ids).update(words_cipher=b"")
    ended = mine.filter(state__in=OPEN).update(
        state=HomeCall.State.CLOSED, ended_at=now, ended_by="left", next_at=None
    )
    mine.update(person_id=None)
    return ended


def _known(people_out: Sequence[OutThere]) -> set[int]:
    """Placements that are looked for, or were: but for those who were safe in a stand-down that was over before their
    shift was, and those whom their crew had helped by then, so that they may have gone back to work."""
    ends_at = {one.placement_id: one.ends_at for one in people_out}
    ids, found = list(ends_at), set[int]()
    for start in range(0, len(ids), IDS_A_QUERY_MAX):
        rows = HomeCall.objects.filter(placement_id__in=ids[start : start + IDS_A_QUERY_MAX])
        columns = ("placement_id", "state", "ended_at", "stand_down_id", "stand_down__ended_at")
        for pk, state, ended_at, stand_down_id, over_at in rows.values_list(*columns):
            began_in_shift = stand_down_id is None and ended_at is not None
            is_over = began_in_shift or (state == HomeCall.State.SAFE and over_at is not None)
            if not is_over or max(ended_at, over_at or ended_at) >= ends_at[pk]:
                found.add(pk)
    return found


def write_step(row: HomeCall, kind: str, account_id: int | None, text: str, now: datetime) -> None:
    HomeStep.objects.create(
        call_id=row.pk, at=now, kind=kind, by_id=account_id, words_cipher=seal(text, f"home:{row.pk}")
    )


def _of(actor: Actor, call_id: int) -> tuple[HomeCall, str]:
    """The call, and as what they speak. Another's looks like one that doesn't exist."""
    row = HomeCall.objects.filter(pk=call_id).first()
    if row is not None:
        if row.person_id is not None and not actor.is_system and actor.is_person(row.person_id):
            return row, "self"
        if not actor.is_system and row.team_id is not None and actor.captains(row.team_id):
            return row, "captain"
        if actor.organises(places.area(row.area_id).path):
            return row, "organiser"
    raise NotFound(what="search")


def _of_crew(actor: Actor, call_id: int) -> HomeCall:
    row, by = _of(actor, call_id)
    if by == "self":
        raise NotAllowed(what="writing about a search is for captains and organisers")
    return row


def signed_out_meanwhile(*, now: datetime) -> int:
    """Whoever was checked out since they were looked for is home; how many. Before a list is shown."""
    rows = list(
        HomeCall.objects.filter(state=HomeCall.State.WAITING)
        .exclude(was="left")
        .only("pk", "placement_id", "was", "state")
    )
    with transaction.atomic():
        return len(_signed_out(rows, now))

"""An area stood down: nobody is sent there, everybody who was to go is told, who is out there is seen home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.errors import CommandReused
from dure.base.outbox import NewNotice
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import actions as matching
from dure.movement.matching import out_there
from dure.movement.matching.types import OutThere
from dure.movement.needs import standing_down as needs
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.safety import reads
from dure.movement.safety.errors import NobodyWorksThere, StoodDownAlready
from dure.movement.safety.homeward import CHUNK_ROWS, insert_calls
from dure.movement.safety.models import HomeCall, HomeStep, StandDown
from dure.movement.safety.types import STAND_DOWN_GAPS, STEPS, StandDownFacts
from dure.movement.safety.words import WHY_CHARS_MAX, said

# Whoever is out there: leave, and say that you are safe.
OUT_NOTICE: Final = "stood_down_out"
OVER_NOTICE: Final = "stand_down_over"
# Whose shift is later hears of it as it comes near, if it still stands then.
TELL_BEFORE: Final = timedelta(hours=48)
# Who is in the danger hears of it before who comes into it, and before who has left.
_NEAREST: Final = ("here", "on_the_way", "left")


@dataclass(frozen=True, slots=True)
class Filled:
    """What one round of a stand-down did: people put on its list and told to leave, shifts ahead called off, the teams
    whose people are out there, and how many are left for the next round (then no shift was called off yet)."""

    listed: int
    called_off: int
    team_ids: tuple[int, ...]
    left: int = 0


def stand_down(*, actor: Actor, client_id: UUID, area_path: str, why: str, now: datetime) -> StandDownFacts:
    """Stand an area down. From this moment no seat below it is taken, offered or checked in to.

    :func:`fill` then lists who is out there and tells everybody; a chore does it again until it is over. The same
    ``client_id`` again gets the same one. Refuses with NotFound, NotAllowed, BadInput, StoodDownAlready (also where a
    larger area around it is), NobodyWorksThere, CommandReused.
    """
    must(now.tzinfo is not None, "now is aware")
    area = places.by_path(area_path)
    actor.must_organise(area.path, what="standing down an area")
    text = said(why, where="why", chars_max=WHY_CHARS_MAX)
    if earlier := StandDown.objects.filter(client_id=client_id).first():
        return _same(earlier, area, text)
    _must_be_work(area)
    try:
        with transaction.atomic():
            # First the mark that stops others; whoever takes a seat at this moment is found when the list is filled.
            needs.stand_down(area_ids=places.ids_under(area.path), now=now)
            for open_one in StandDown.objects.filter(ended_at=None):
                if area.path.startswith(open_one.area_path):
                    stood = places.area(open_one.area_id)
                    raise StoodDownAlready(area=stood.name, at=open_one.at, why=open_one.why)
            row = StandDown.objects.create(
                client_id=client_id,
                area_id=area.id,
                area_path=area.path,
                why=text,
                by_id=actor.account_id,
                at=now,
            )
    except IntegrityError:
        twin = StandDown.objects.filter(client_id=client_id).first()
        if twin is not None:
            return _same(twin, area, text)
        stands = StandDown.objects.filter(area_id=area.id, ended_at=None).first()
        if stands is None:
            raise
        raise StoodDownAlready(area=area.name, at=stands.at, why=stands.why) from None
    return reads.stand_down(actor=SYSTEM, stand_down_id=row.pk)


def fill(*, stand_down_id: int, now: datetime, people_max: int | None = None) -> Filled:
    """List and tell everybody who is out there now, and call off what begins soon. Again it does what is new since:
    posts published meanwhile, check-ins that a phone sent late, shifts that have come near.

    ``people_max``: no more than so many now, those who are at work before those on the way.
    """
    with transaction.atomic():
        # Held, so that nothing is marked after it is over.
        row = StandDown.objects.select_for_update().get(pk=stand_down_id)
        if row.ended_at is not None:
            return Filled(0, 0, ())
        area = places.area(row.area_id)
        area_ids = places.ids_under(row.area_path)
        needs.stand_down(area_ids=area_ids, now=now)
    around = needs.posts_in(
        area_ids,
        ends_after=now - out_there.LONGEST,
        starts_before=now + out_there.SETS_OUT_BEFORE,
    )
    found = out_there.at_posts(around, now)
    waiting = sorted(_not_listed(row, found), key=lambda one: _NEAREST.index(one.was))
    new = waiting[:people_max]
    facts: dict[str, object] = {"place": area.name, "said": row.why, "stand_down": row.pk}
    facts["place_local"] = area.name_local
    for start in range(0, len(new), CHUNK_ROWS):
        if not _list(row, new[start : start + CHUNK_ROWS], facts, now):
            break
    listed = HomeCall.objects.filter(stand_down_id=row.pk)
    team_ids = tuple(sorted(listed.order_by().values_list("team_id", flat=True).distinct()))
    if left := len(waiting) - len(new):
        return Filled(len(new), 0, team_ids, left)
    # Listing takes a while, and a mistake is ended at once: then the shifts ahead stand.
    is_open = StandDown.objects.filter(pk=row.pk, ended_at=None).exists()
    ahead = needs.posts_in(area_ids, ends_after=now, starts_before=now + TELL_BEFORE) if is_open else []
    called_off = matching.stand_down(
        post_ids=ahead,
        until=now + TELL_BEFORE,
        about=str(row.pk),
        facts=facts,
        told_ids=frozenset(listed.values_list("placement_id", flat=True)),
        now=now,
    )
    return Filled(len(new), called_off, team_ids)


def _not_listed(row: StandDown, found: Sequence[OutThere]) -> list[OutThere]:
    """Those out there who are not on the list yet, and whose safe way home from this shift is not known already."""
    listed = set(HomeCall.objects.filter(stand_down_id=row.pk).values_list("placement_id", flat=True))
    home = set(
        HomeCall.objects.filter(
            stand_down__isnull=True,
            ended_at__isnull=False,
            due_at__gt=row.at - out_there.LONGEST - timedelta(hours=2),
        ).values_list("placement_id", flat=True)
    )
    return [one for one in found if one.placement_id not in listed and one.placement_id not in home]


def _list(row: StandDown, some: Sequence[OutThere], facts: dict[str, object], now: datetime) -> bool:
    """Put people on the list and queue what they are told, in one transaction: on the list means told. False where it
    is over: whoever ended it has told all on the list so, and nobody else is frightened after that."""
    ids = [one.placement_id for one in some]
    with transaction.atomic():
        # Held, so that who ends it finds these people on the list, or they never come on it.
        if StandDown.objects.select_for_update().filter(pk=row.pk, ended_at=None).first() is None:
            return False
        insert_calls(some, stand_down_id=row.pk, now=now)
        before = HomeCall.objects.filter(placement_id__in=ids, stand_down__isnull=True, ended_at=None)
        asks = list(before.filter(state=HomeCall.State.HELP).values_list("placement_id", flat=True))
        mine = HomeCall.objects.filter(stand_down_id=row.pk, placement_id__in=ids, reached=0)
        called = list(mine.values_list("pk", "person_id"))
        mine.update(reached=1, next_at=now + STAND_DOWN_GAPS[0])
        HomeStep.objects.bulk_create([HomeStep(call_id=pk, at=now, kind=STEPS[0]) for pk, _ in called])
        # The search that had begun for the same shift goes on here, so that nobody is asked twice; and who asked for
        # help still does.
        HomeCall.objects.filter(stand_down_id=row.pk, placement_id__in=asks).update(
            state=HomeCall.State.HELP, next_at=now
        )
        before.update(state=HomeCall.State.CLOSED, ended_at=now, ended_by="stood_down", next_at=None)
        notices = [
            NewNotice(person_id, OUT_NOTICE, f"{OUT_NOTICE}:{pk}", facts)
            for pk, person_id in called
            if person_id is not None
        ]
        outbox.queue_many(notices=notices, now=now)
    return True


def end(
    *, actor: Actor, stand_down_id: int, words: str, now: datetime, people_max: int | None = None
) -> StandDownFacts:
    """It is over: posts there that are not over take people again, unless another stand-down holds them.

    Whoever is not known to be safe is looked for all the same, until a person ends it. Everybody on the list hears of
    it, no more than ``people_max`` of them now; :func:`tell_over` tells the others. Twice changes nothing. Refuses with
    NotFound, NotAllowed, BadInput.
    """
    must(now.tzinfo is not None, "now is aware")
    row = StandDown.objects.filter(pk=stand_down_id).first()
    if row is None:
        raise NotFound(what="stand-down")
    actor.must_organise(row.area_path, what="ending a stand-down")
    text = said(words, chars_max=WHY_CHARS_MAX)
    with transaction.atomic():
        ended = StandDown.objects.filter(pk=row.pk, ended_at=None).update(
            ended_at=now, ended_by_id=actor.account_id, end_words=text
        )
        if ended:
            others = StandDown.objects.filter(ended_at=None).values_list("area_path", flat=True)
            held = {pk for path in others for pk in _ids_if_near(path, row.area_path)}
            free = [pk for pk in places.ids_under(row.area_path) if pk not in held]
            needs.stand_up(area_ids=free, now=now)
    if ended:
        tell_over(stand_down_id=row.pk, now=now, people_max=people_max)
    return reads.stand_down(actor=SYSTEM, stand_down_id=row.pk)


def tell_over(*, stand_down_id: int, now: datetime, people_max: int | None = None) -> int:
    """Tell those on the list of a stand-down that is over, from where the last who did so came to; how many.

    ``people_max``: no more than so many of the list now. Killed anywhere it goes on from there, and of two at once one
    does each part: nobody is told twice.
    """
    row = StandDown.objects.get(pk=stand_down_id)
    area, told_to, told = places.area(row.area_id), row.over_told_to, 0
    while people_max is None or told < people_max:
        count_max = CHUNK_ROWS if people_max is None else min(CHUNK_ROWS, people_max - told)
        listed = HomeCall.objects.filter(stand_down_id=row.pk, pk__gt=told_to).order_by("pk")
        some = list(listed.values_list("pk", "person_id", "state")[:count_max])
        is_all = len(some) < count_max
        last = some[-1][0] if some else told_to
        with transaction.atomic():
            # Where it stood is in the filter: somebody else may have told these meanwhile.
            mine = StandDown.objects.filter(
                pk=row.pk, ended_at__isnull=False, over_told_to=told_to, over_told_at=None
            )
            if not mine.update(over_told_to=last, over_told_at=now if is_all else None):
                return told
            # Of who is safe by now: a warning that was not sent yet would only frighten them.
            safe = [f"{OUT_NOTICE}:{pk}" for pk, _, state in some if state == HomeCall.State.SAFE]
            outbox.drop_keys(keys=safe)
            outbox.queue_many(notices=_over_notices(row.pk, area, [who for _, who, _ in some]), now=now)
        told, told_to = told + len(some), last
        if is_all:
            break
    return told


def _over_notices(stand_down_id: int, area: AreaFacts, person_ids: Sequence[int | None]) -> list[NewNotice]:
    facts = {"place": area.name, "place_local": area.name_local}
    return [
        NewNotice(pk, OVER_NOTICE, f"{OVER_NOTICE}:{stand_down_id}:{pk}", facts)
        for pk in sorted({pk for pk in person_ids if pk is not None})
    ]


def over_untold() -> list[int]:
    """The stand-downs that are over and of which not everybody on the list was told so. For the chore."""
    rows = StandDown.objects.filter(ended_at__isnull=False, over_told_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _ids_if_near(path: str, ended: str) -> list[int]:
    return places.ids_under(path) if path.startswith(ended) or ended.startswith(path) else []


def still_open() -> list[int]:
    """The stand-downs that are not over, the oldest first. For the chore."""
    return list(StandDown.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True))


def out_now(*, area_path: str, now: datetime) -> list[OutThere]:
    """Who would be on the list if the area were stood down now. For operations: a page shows counts of it."""
    around = needs.posts_in(
        places.ids_under(area_path),
        ends_after=now - out_there.LONGEST,
        starts_before=now + out_there.SETS_OUT_BEFORE,
    )
    return out_there.at_posts(around, now)


def _must_be_work(area: AreaFacts) -> None:
    """Some open campaign has its places there, or around it."""
    for campaign in campaigns.campaigns(SYSTEM):
        inside = campaign.area_path.startswith(area.path) or area.path.startswith(campaign.area_path)
        if campaign.state == "open" and inside:
            return
    raise NobodyWorksThere(area=area.name)


def _same(row: StandDown, area: AreaFacts, why: str) -> StandDownFacts:
    if (row.area_id, row.why) != (area.id, why):
        raise CommandReused(command_id=row.client_id)
    return reads.stand_down(actor=SYSTEM, stand_down_id=row.pk)

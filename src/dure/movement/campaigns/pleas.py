"""A place or team argues for another target than the one it was given, and gets an answer by a day (P10).

An organiser decides. What is agreed moves: to the other parts of the same parent (in a draft), or up through every
target above, so that the parts always sum to their parent. The plea, both figures and the words stay for everybody to
read: a plan that changed quietly would make every share of it a lie (F9).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from dure.base import outbox
from dure.base.access import Actor
from dure.engine.plan import split_target
from dure.engine.plan.tree import move_to_siblings
from dure.kernel.must import must
from dure.kernel.quantities import QUANTITY_MILLI_MAX, show_milli
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads, targets
from dure.movement.campaigns.errors import (
    CampaignClosed,
    PleaAnswered,
    PleaBad,
    PleaNeedsName,
    PleaOpen,
    PleaOwn,
    TargetStands,
)
from dure.movement.campaigns.models import Campaign, Plea, Target
from dure.movement.campaigns.types import CampaignFacts, PleaFacts, TargetFacts
from dure.movement.places import reads as places

TakenFrom = Literal["siblings", "above"]
# Two weeks to ask around; sooner where the target itself ends sooner.
ANSWER_DAYS: Final = 14
WORDS_CHARS_MAX: Final = 1_000
# Kinds of notices; operations.pleading has their words.
ASKED: Final = "plea_asked"
ANSWERED: Final = "plea_answered"
_COLUMNS: Final = (
    *("id", "target_id", "plan_milli", "wanted_milli", "why", "asked_by_id", "asked_by__name", "asked_at"),
    *("answer_by", "answer", "answer_words", "answered_by__name", "answered_at"),
)


def plead(*, actor: Actor, target_id: int, wanted_milli: int, why: str, now: datetime) -> PleaFacts:
    """Argue for another target: a captain for their team's, an organiser for a place's. One at a time each.

    The same words and figure again, while the answer is owed, give the same plea. Refuses with NotFound,
    NotAllowed, PleaNeedsName, CampaignClosed, PleaBad and PleaOpen.
    """
    must(now.tzinfo is not None, "now is aware")
    target, campaign = _target(target_id)
    _must_speak_for(actor, target)
    if actor.account_id is None:
        raise PleaNeedsName
    if campaign.state == "closed":
        raise CampaignClosed(slug=campaign.slug)
    today = reads.local_day(campaign=campaign, now=now)
    said = why.strip()
    _refuse_bad(target, wanted_milli, said, today)
    try:
        with transaction.atomic():
            row = Plea.objects.create(
                target_id=target_id,
                plan_milli=target.plan_milli,
                wanted_milli=wanted_milli,
                why=said,
                asked_by_id=actor.account_id,
                asked_at=now,
                answer_by=min(today + timedelta(days=ANSWER_DAYS), target.deadline),
            )
    except IntegrityError:
        twin = Plea.objects.filter(target_id=target_id, answer=Plea.Answer.OPEN).first()
        if twin and (twin.wanted_milli, twin.why, twin.asked_by_id) == (wanted_milli, said, actor.account_id):
            return _facts(twin.pk)
        raise PleaOpen from None
    return _facts(row.pk)


def answer(
    *,
    actor: Actor,
    plea_id: int,
    agrees: bool,
    words: str,
    taken_from: TakenFrom = "above",
    now: datetime,
) -> PleaFacts:
    """Answer a plea, once, in words that everybody can read; who asked is told.

    Agreed, the difference is taken ``from`` the siblings (a draft's alone: what stands isn't changed for those who
    did not ask) or from all targets above, for which the actor organises the topmost. What was split from a target
    that changes follows in proportion. Refuses with NotFound, NotAllowed, PleaNeedsName, PleaOwn, PleaAnswered,
    PleaBad, TargetStands, CampaignClosed.
    """
    must(now.tzinfo is not None, "now is aware")
    plea = _facts(plea_id)
    target, campaign = _target(plea.target_id)
    above = _above(target)
    if not actor.captains(target.team_id or 0):
        actor.must_organise(places.area(target.area_id).path, what="answering about this target")
    decides_at = above[-1] if agrees and taken_from == "above" and above else (above[0] if above else target)
    actor.must_organise(places.area(decides_at.area_id).path, what="deciding about the targets above")
    if actor.account_id is None:
        raise PleaNeedsName
    if actor.account_id == plea.asked_by_id:
        raise PleaOwn
    said = words.strip()
    if not 0 < len(said) <= WORDS_CHARS_MAX or "\x00" in said:
        raise PleaBad(
            what="the answer has no words", wanted=f"1 to {WORDS_CHARS_MAX} characters of plain text"
        )
    with transaction.atomic():
        answered = Plea.objects.filter(pk=plea_id, answer=Plea.Answer.OPEN).update(
            answer=Plea.Answer.AGREED if agrees else Plea.Answer.DECLINED,
            answer_words=said,
            answered_by_id=actor.account_id,
            answered_at=now,
        )
        if not answered:
            raise PleaAnswered(answer=_facts(plea_id).answer)
        if agrees:
            # Hold the row: figures of one campaign move one after the other.
            Campaign.objects.filter(pk=campaign.id).update(state=F("state"))
            _move(plea, taken_from)
            _refuse_fallen_level(target.indicator_id)
        notice = outbox.NewNotice(
            outbox.NOBODY,
            ANSWERED,
            f"plea:{plea_id}:answered",
            {"account_id": plea.asked_by_id, "plea": plea_id},
        )
        outbox.queue(notice=notice, now=now)
    return _facts(plea_id)


def of(campaign_id: int) -> tuple[PleaFacts, ...]:
    """Every plea of a campaign for everybody: what was asked, and what came of it; the open ones first by date."""
    rows = Plea.objects.filter(target__indicator__campaign_id=campaign_id).values_list(*_COLUMNS)
    found = [PleaFacts(*row) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.answer != "open", one.answer_by, one.id)))


def about(target_ids: Sequence[int]) -> tuple[PleaFacts, ...]:
    """Every plea about some targets, the newest first."""
    rows = Plea.objects.filter(target_id__in=list(target_ids)).order_by("-pk").values_list(*_COLUMNS)
    return tuple(PleaFacts(*row) for row in rows)


def one(plea_id: int) -> PleaFacts:
    """Refuses with NotFound."""
    return _facts(plea_id)


def owed(*, until: date) -> tuple[PleaFacts, ...]:
    """Pleas of all campaigns whose answer is owed by ``until``; for the chores."""
    due = Q(answer=Plea.Answer.OPEN, answer_by__lte=until)
    rows = Plea.objects.filter(due).order_by("answer_by", "pk").values_list(*_COLUMNS)
    return tuple(PleaFacts(*row) for row in rows)


def decider_path(plea: PleaFacts) -> str:
    """Path of the place whose organisers answer it: the parent's, or the place's own."""
    target = reads.target(plea.target_id)
    return places.area((_above(target) or [target])[0].area_id).path


def _facts(plea_id: int) -> PleaFacts:
    row = Plea.objects.filter(pk=plea_id).values_list(*_COLUMNS).first()
    if row is None:
        raise NotFound(what="plea")
    return PleaFacts(*row)


def _target(target_id: int) -> tuple[TargetFacts, CampaignFacts]:
    target = reads.target(target_id)
    return target, reads.campaign_by_id(reads.indicator(target.indicator_id).campaign_id)


def _must_speak_for(actor: Actor, target: TargetFacts) -> None:
    area = places.area(target.area_id)
    if target.team_id is not None and not actor.organises(area.path):
        actor.must_captain(target.team_id)
    elif target.team_id is None:
        actor.must_organise(area.path, what="arguing for this place")


def _refuse_bad(target: TargetFacts, wanted_milli: int, said: str, today: date) -> None:
    if not 0 < wanted_milli <= QUANTITY_MILLI_MAX:
        raise PleaBad(what="the target is not above zero", wanted="a quantity above zero")
    if wanted_milli == target.plan_milli:
        raise PleaBad(what="it is the target that stands", wanted="another figure")
    if target.rated_capacity_milli is not None and wanted_milli > target.rated_capacity_milli:
        wanted = f"at most {show_milli(target.rated_capacity_milli)}, what can be done safely"
        raise PleaBad(what="it is above the rated capacity", wanted=wanted)
    if not 0 < len(said) <= WORDS_CHARS_MAX or "\x00" in said:
        raise PleaBad(what="there are no reasons", wanted=f"1 to {WORDS_CHARS_MAX} characters of plain text")
    if today > target.deadline:
        raise PleaBad(what=f"its deadline was {target.deadline}", wanted="a target whose deadline is to come")


def _above(target: TargetFacts) -> list[TargetFacts]:
    """The targets that it is a part of, nearest first."""
    found: list[TargetFacts] = []
    parent_id = target.parent_id
    while parent_id is not None:
        found.append(reads.target(parent_id))
        parent_id = found[-1].parent_id
    return found


def _move(plea: PleaFacts, taken_from: TakenFrom) -> None:
    """The target becomes what was wanted, and all sums stand."""
    target, campaign = _target(plea.target_id)
    if campaign.state == "closed":
        raise CampaignClosed(slug=campaign.slug)
    if target.plan_milli != plea.plan_milli:
        what = f"the target is {show_milli(target.plan_milli)} by now, since somebody else's plea was agreed"
        raise PleaBad(what=what, wanted="a new plea, about the target as it stands")
    if taken_from == "siblings" and target.parent_id is not None:
        if campaign.state == "open":
            raise TargetStands(area_id=target.area_id)
        _take_from_siblings(target, plea.wanted_milli)
        return
    difference = plea.wanted_milli - target.plan_milli
    for parent in _above(target):
        _set_plan(parent, parent.plan_milli + difference)
    _set_plan(target, plea.wanted_milli)
    _hand_down(target.id, plea.wanted_milli)


def _refuse_fallen_level(indicator_id: int) -> None:
    """A later level below an earlier one is no plan, whoever agreed to it."""
    fallen = targets.fallen_level(reads.indicator(indicator_id))
    if fallen is not None:
        name = places.area(fallen).name
        what = f"{name} would be asked for a lower level at a later time than at an earlier one"
        raise PleaBad(what=what, wanted="levels that rise or stay from period to period")


def _take_from_siblings(target: TargetFacts, wanted_milli: int) -> None:
    parts = {part.id: part for part in reads.targets_where(parent_id=target.parent_id)}
    try:
        moved = move_to_siblings(
            {key: part.plan_milli for key, part in parts.items()}, target.id, wanted_milli
        )
    except BadInput as bad:
        raise PleaBad(what=bad.facts["what"], wanted=bad.facts["wanted"]) from bad
    for key, plan_milli in moved.items():
        _set_plan(parts[key], plan_milli)
        _hand_down(key, plan_milli)


def _set_plan(target: TargetFacts, plan_milli: int) -> None:
    limit = target.rated_capacity_milli
    if not 0 < plan_milli <= QUANTITY_MILLI_MAX:
        raise PleaBad(what="a target above would not be above zero", wanted="a smaller change")
    if limit is not None and target.plan_milli < plan_milli and plan_milli > limit:
        what = f"{places.area(target.area_id).name} would be asked for more than its rated capacity"
        raise PleaBad(what=what, wanted=f"at most {show_milli(limit)} there")
    Target.objects.filter(pk=target.id).update(plan_milli=plan_milli)


def _hand_down(target_id: int, plan_milli: int) -> None:
    """What was split from a target follows it in proportion."""
    parts = reads.targets_where(parent_id=target_id)
    if not parts:
        return
    if plan_milli < len(parts):
        raise PleaBad(what="there would be nothing left for one of its parts", wanted="a smaller change")
    # Each keeps at least a milli-unit: a target of zero is none.
    shares = split_target(plan_milli - len(parts), [part.plan_milli for part in parts])
    for part, share in zip(parts, shares, strict=True):
        _set_plan(part, share + 1)
        _hand_down(part.id, share + 1)

"""Inviting many people in one act to a post, a training or a call: looked at first, and undone while nobody is told.

Nothing but a list of numbers is written until the act can no longer be undone; then the chore asks everything again,
invites and forgets the list, so that who was invited and said nothing is known nowhere (P3). Letters go by the outbox,
with the rates and spending caps of its channels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.base import commands, outbox, undoing
from dure.base.access import SYSTEM, Actor
from dure.base.last_notice import asked_since, known_keys
from dure.base.ordered import locked
from dure.base.outbox import NewNotice
from dure.base.undoing import UndoableFacts
from dure.kernel.ids import client_id, fingerprint
from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.calls import appeals, waves
from dure.movement.calls import reads as calls
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.ready import short_of_rest, unready
from dure.movement.needs.types import PostFacts
from dure.movement.people import audience, holding
from dure.movement.places import reads as places
from dure.movement.vetting import actions as vetting
from dure.movement.vetting.rules import skill_step
from dure.operations.bulk import UNDO_TIME, Done, posts_of

INVITE: Final = "invite"
INVITED: Final = "invited"
TRAINING: Final = "training_offered"
# What else somebody may have been asked today of the movement's own accord.
ASKING: Final = ("call", INVITED, TRAINING, "help_farther")
INVITED_MAX: Final = 2_000
LOOKED_AT_MAX: Final = 20_000
# Why somebody is not invited, in the order in which it is asked; ``web`` has the words.
NO_CONSENT: Final = "no_consent"
ASKED_TODAY: Final = "asked_today"
KNOWN: Final = "known"
UNREADY: Final = "unready"
NO_REST: Final = "no_rest"
LATER: Final = "later"
# What stands against people without being told: of these it is only said how many they are.
NOT_TOLD: Final = "not_told"
TOLD_IN: Final = 10
# Two acts at once, from whichever door, ask and tell one after the other, so many people at a time.
LOCK: Final = "invitations"
TOLD_AT_ONCE: Final = 500


class NobodyToInvite(Refusal):
    code = "nobody_to_invite"
    says = "Nobody can be invited: {count} were found, and something stands against each of them."


class LookedAtOther(Refusal):
    code = "looked_at_other"
    says = "What is asked for isn’t what was looked at. Look at it first, then invite with the mark of that look."


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to invite: people of a place by skill, register and how long they have waited, or by their numbers there.

    ``to``: ``post:ID``, ``training:SKILL`` or ``call:CODE``. Those who waited longest come first.
    """

    to: str
    area_path: str
    count: int
    skills: tuple[str, ...] = ()
    reserve_only: bool = False
    waited_days: int = 0
    person_ids: tuple[int, ...] = ()

    def mark(self) -> str:
        """What a look shows and the act gives back: nobody is invited by what nobody looked at."""
        return fingerprint(asdict(self))

    def is_whole_place(self) -> bool:
        return not (self.skills or self.reserve_only or self.waited_days or self.person_ids)


@dataclass(frozen=True, slots=True)
class Look:
    """What an act would do: whom it would invite, and of how many others it would not, and why.

    ``told``: of ``passed`` what is told to anybody. Why is said in whole tens and of everybody of a place alone: a list
    that is chosen, by numbers, skills or time, could be chosen again with one person more or less, and the difference
    would say of that person what they agreed to or whether they answered (P3, P9).
    """

    found_count: int
    person_ids: tuple[int, ...]
    passed: Mapping[str, int]
    told: Mapping[str, int]


def look(*, actor: Actor, campaign: CampaignFacts, wish: Wish, now: datetime) -> Look:
    """Whom the act would invite. Nothing is written.

    Refuses with NotFound (place, post, call), NotAllowed, NeedUnknown, StepUnknown, BadInput, CampaignNotOpen, and
    CampaignRests on a day of a break.
    """
    if not 1 <= wish.count <= INVITED_MAX:
        raise BadInput(where="count", what=f"{wish.count} can't be used", wanted=f"1 to {INVITED_MAX}")
    if not actor.organises_part_of(campaign.area_path):
        raise NotFound(what="campaign")
    if not wish.area_path.startswith(campaign.area_path):
        raise BadInput(where="area", what="the place lies outside of the campaign", wanted="a place in it")
    actor.must_organise(places.by_path(wish.area_path).path)
    day = campaigns.local_day(campaign, now)
    _must_be_open(actor, campaign, wish.to, now)
    found = audience.found(
        area_ids=places.ids_under(wish.area_path),
        skills=wish.skills,
        reserve_only=wish.reserve_only,
        waiting_before=now - timedelta(days=wish.waited_days),
        person_ids=wish.person_ids or None,
        day=day,
        count_max=LOOKED_AT_MAX,
    )
    why = _why_not(actor, campaign, wish.to, found, now)
    free = [pk for pk in found if pk not in why]
    passed = Counter(why.values())
    passed[LATER] = max(len(free) - wish.count, 0)
    passed = Counter({name: n for name, n in passed.items() if n})
    return Look(len(found), tuple(free[: wish.count]), passed, _told(passed, wish))


def _told(passed: Mapping[str, int], wish: Wish) -> dict[str, int]:
    tens = {name: n - n % TOLD_IN for name, n in passed.items() if name != LATER and wish.is_whole_place()}
    told = {name: n for name, n in tens.items() if n}
    told |= {LATER: passed[LATER]} if LATER in passed else {}
    left = sum(passed.values()) - sum(told.values())
    return told | ({NOT_TOLD: left} if left else {})


def invite(
    *, actor: Actor, campaign: CampaignFacts, wish: Wish, now: datetime, about: str
) -> tuple[Look, Done]:
    """Invite whom :func:`look` finds, once it can no longer be undone. The command line, without a name, at once.

    ``about``: what is done, in a few words. Refuses as :func:`look` does, and with NobodyToInvite.
    """
    seen = look(actor=actor, campaign=campaign, wish=wish, now=now)
    if not seen.person_ids:
        raise NobodyToInvite(count=seen.found_count)
    if actor.account_id is None:
        # Over as it begins: nobody undoes it, and what undoes an opening or a need finds it.
        undoing.note(
            kind=INVITE,
            account_id=None,
            campaign_id=campaign.id,
            facts={"to": wish.to},
            about=about,
            now=now,
            until=now,
        )
        _carry_out(actor, campaign, wish.to, seen.person_ids, about=_key(wish, now), now=now)
        return seen, Done(len(seen.person_ids), None, None)
    until = now + UNDO_TIME
    act_id = undoing.note(
        kind=INVITE,
        account_id=actor.account_id,
        campaign_id=campaign.id,
        facts={"to": wish.to, "person_ids": list(seen.person_ids)},
        about=about,
        now=now,
        until=until,
    )
    return seen, Done(len(seen.person_ids), act_id, until)


def invite_once(
    *,
    actor: Actor,
    campaign: CampaignFacts,
    wish: Wish,
    mark: str,
    command_id: UUID,
    now: datetime,
    about: str,
) -> commands.Answer:
    """:func:`invite`, once for ``command_id``, and only what was looked at: ``mark`` is the look's.

    The answer: ``found``, ``invited``, ``not_invited``, ``act`` and ``until`` (to undo it). Refuses as :func:`invite`
    does, and with LookedAtOther and CommandReused.
    """
    if mark != wish.mark():
        raise LookedAtOther

    def do() -> commands.Answer:
        seen, done = invite(actor=actor, campaign=campaign, wish=wish, now=now, about=about)
        return {
            "found": seen.found_count,
            "invited": done.count,
            "not_invited": dict(seen.told),
            "act": str(done.act_id),
            "until": done.until.isoformat() if done.until else None,
        }

    facts = (actor.account_id, campaign.id, mark)
    return commands.once(command_id=command_id, action="desk_invite", facts=facts, now=now, do=do)


def undo(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    """Nobody was told, and the list is forgotten."""
    undoing.forget_people(act)


def finish(act: UndoableFacts, now: datetime) -> None:
    """Ask everything again and invite; then forget the list. Killed in between it is done again, each told once."""
    if "person_ids" not in act.facts:
        return
    campaign, to = campaigns.campaign_by_id(act.campaign_id), str(act.facts["to"])
    try:
        _must_be_open(SYSTEM, campaign, to, now)
        ids = [int(pk) for pk in act.facts["person_ids"]]
        _carry_out(SYSTEM, campaign, to, ids, about=act.id, now=now)
    except Refusal:
        undoing.forget_people(act)  # what it was about is gone meanwhile, and so is the list
        raise
    undoing.forget_people(act)


def _key(wish: Wish, now: datetime) -> UUID:
    return client_id(b"invite", wish.to, wish.area_path, now.isoformat())


def _carry_out(
    actor: Actor, campaign: CampaignFacts, to: str, ids: Sequence[int], *, about: UUID, now: datetime
) -> None:
    for start in range(0, len(ids), TOLD_AT_ONCE):
        with locked(LOCK):
            _tell_some(actor, campaign, to, ids[start : start + TOLD_AT_ONCE], about=about, now=now)


def _tell_some(
    actor: Actor, campaign: CampaignFacts, to: str, ids: Sequence[int], *, about: UUID, now: datetime
) -> None:
    why = _why_not(actor, campaign, to, ids, now)
    free = [pk for pk in ids if pk not in why]
    kind, name = _target(to)
    if kind == "call":
        waves.call_these(code=name, client_id=about, person_ids=free, now=now)
    elif kind == "training":
        vetting.invite(campaign_id=campaign.id, person_ids=free, steps=(skill_step(name),), now=now)
        _tell(_keys(campaign, to, free), TRAINING, {"skill": name}, now)
    else:
        post = _post(actor, campaign, name)
        area = places.area(post.area_id)
        facts = {"title": post.title, "day": post.day.isoformat(), "campaign_id": campaign.id}
        facts |= {"place": area.name, "place_local": area.name_local}
        _tell(_keys(campaign, to, free), INVITED, facts, now)


def _keys(campaign: CampaignFacts, to: str, ids: Sequence[int]) -> dict[int, str]:
    """By person the key of the letter to a post or a training, which goes to nobody twice."""
    kind, name = _target(to)
    about = f"{INVITED}:{int(name)}" if kind == "post" else f"{TRAINING}:{campaign.id}:{skill_step(name)}"
    return {pk: f"{about}:{pk}" for pk in ids}


def _tell(keys: Mapping[int, str], kind: str, facts: dict[str, Any], now: datetime) -> None:
    outbox.queue_many(notices=[NewNotice(pk, kind, key, facts) for pk, key in keys.items()], now=now)


def _target(to: str) -> tuple[str, str]:
    kind, _, name = to.partition(":")
    if kind not in ("post", "training", "call") or not name:
        raise BadInput(where="to", what=f"{to[:60]} can't be used", wanted="a post, training or call")
    return kind, name


def _post(actor: Actor, campaign: CampaignFacts, number: str) -> PostFacts:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound(what="post")
    return posts_of(actor, campaign, [int(number)])[0]


def _must_be_open(actor: Actor, campaign: CampaignFacts, to: str, now: datetime) -> None:
    """Refuses what takes nobody, or nothing that the actor may invite to."""
    if campaign.state != "open":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)
    kind, name = _target(to)
    if kind == "post":
        post = _post(actor, campaign, name)
        is_off = post.cancelled_at is not None or post.stood_down_at is not None
        if is_off or post.starts_at <= now or not post.seats_free:
            raise BadInput(where="to", what="the post takes nobody", wanted="a post ahead with a free seat")
        breaks.must_work(campaign, post.day)
        return
    breaks.must_work(campaign, campaigns.local_day(campaign, now))
    if kind == "training":
        skill_step(name)
    elif not calls.is_open(appeals.of_campaign(actor, campaign.id, name), campaign, now):
        raise BadInput(where="to", what="the call takes no answers", wanted="a call that is open")


def _why_not(
    actor: Actor, campaign: CampaignFacts, to: str, ids: Sequence[int], now: datetime
) -> dict[int, str]:
    """Who of these is not invited, and the first reason that stands against it."""
    today = campaigns.local_day(campaign, now)
    midnight = datetime.combine(today, time(), ZoneInfo(campaign.timezone))
    why: dict[int, str] = {}

    def passed(some: Collection[int], reason: str) -> None:
        for pk in some:
            why.setdefault(pk, reason)

    passed(set(ids) - set(audience.callable_among(ids, today)), NO_CONSENT)
    passed(asked_since(ids, kinds=ASKING, since=midnight), ASKED_TODAY)
    kind, name = _target(to)
    if kind == "call":
        passed(waves.passed_over(name, ids), KNOWN)
        return why
    # Another letter would not leave: whoever had it on another day is not counted as invited again.
    keys = _keys(campaign, to, ids)
    told = known_keys(list(keys.values()))
    passed([pk for pk, key in keys.items() if key in told], KNOWN)
    if kind == "training":
        passed(holding.holders(kind="skill", code=name, day=today, person_ids=ids).tolist(), KNOWN)
    else:
        post = _post(actor, campaign, name)
        left = dict.fromkeys((pk for pk in ids if pk not in why), post)
        passed(unready(left), UNREADY)
        for skill in post.skills:
            held = holding.holders(kind="skill", code=skill, day=post.day, person_ids=list(left))
            passed(left.keys() - set(held.tolist()), UNREADY)
        passed(short_of_rest({pk: post for pk in left if pk not in why}), NO_REST)
    return why

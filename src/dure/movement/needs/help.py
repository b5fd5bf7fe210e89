"""Captains at work ask for help: organisers see it at once, and answer in words."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.errors import CommandReused
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.needs.models import HelpAsk, Post
from dure.movement.needs.types import HelpFacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places

WORDS_CHARS_MAX: Final = 500
ANSWER_CHARS_MAX: Final = 200
PEOPLE_MAX: Final = 500
KEPT: Final = timedelta(days=30)
# What a captain still sees of what they asked.
SHOWN: Final = timedelta(days=2)
_FACTS: Final = tuple(HelpFacts.__dataclass_fields__)
_OF_TEAM: Final = Asked(
    lambda team_id, since: (
        HelpAsk.objects.filter(team_id=team_id, heard_at__gte=since)
        .order_by("-heard_at", "-pk")
        .values_list(*_FACTS)
    ),
    int,
    datetime,
)


def ask(
    *,
    actor: Actor,
    key: UUID,
    campaign_id: int,
    team_id: int,
    post_id: int | None,
    words: str,
    people_wanted: int | None,
    request_id: int | None,
    at: datetime,
    now: datetime,
) -> HelpFacts:
    """Ask for help at a post, or at the team's home; once by ``key``, which the phone makes.

    ``request_id``: the request for people that goes with it, if any. ``at``: when it was asked.
    Refuses with NotFound (another's team or post), BadInput, CommandReused.
    """
    actor.must_captain(team_id)
    post = Post.objects.filter(pk=post_id, team_id=team_id).first() if post_id is not None else None
    if post_id is not None and post is None:
        raise NotFound(what="post")
    said = _said(words, WORDS_CHARS_MAX)
    if people_wanted is not None and not 1 <= people_wanted <= PEOPLE_MAX:
        what = f"{people_wanted} can't be"
        raise BadInput(where="people_wanted", what=what, wanted=f"1 to {PEOPLE_MAX}, or nothing")
    row = HelpAsk(
        key=key,
        campaign_id=post.campaign_id if post else campaign_id,
        area_id=post.area_id if post else people.team(team_id).area_id,
        team_id=team_id,
        post_id=post_id,
        words=said,
        people_wanted=people_wanted,
        request_id=request_id,
        asked_by=actor.account_id,
        asked_at=at,
        heard_at=now,
    )
    HelpAsk.objects.bulk_create([row], ignore_conflicts=True)
    found = HelpAsk.objects.filter(key=key).first()
    must(found is not None, "help that was asked for is there")
    if found is None or (found.team_id, found.post_id) != (team_id, post_id):
        raise CommandReused(command_id=key)
    return _facts(found)


def answer(*, actor: Actor, help_id: int, words: str, now: datetime) -> HelpFacts:
    """Answer whoever asked; the first answer stands. Refuses with NotFound (others' places), BadInput."""
    row = HelpAsk.objects.filter(pk=help_id).first()
    if row is None or not actor.organises(places.area(row.area_id).path):
        raise NotFound(what="call for help")
    said = _said(words, ANSWER_CHARS_MAX)
    waiting = HelpAsk.objects.filter(pk=help_id, answered_at=None)
    waiting.update(answered_at=now, answered_by=actor.account_id, answer=said)
    row.refresh_from_db()
    return _facts(row)


def _said(words: str, chars_max: int) -> str:
    """The words on one line. Joiners and marks of direction stay: Persian, Hindi and many emoji need them."""
    said = " ".join(words.split())
    if not 1 <= len(said) <= chars_max or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in said):
        what = f"{len(said)} letters can't be used"
        raise BadInput(where="words", what=what, wanted=f"1 to {chars_max} letters")
    return said


def open_for(actor: Actor, campaign_id: int) -> list[HelpFacts]:
    """What nobody has answered yet, of the places the actor organises, the longest-waiting first."""
    campaign = campaigns.campaign_by_id(campaign_id)
    rows = HelpAsk.objects.filter(campaign_id=campaign_id, answered_at=None)
    if not actor.organises(campaign.area_path):
        ids = {pk for path in actor.area_paths("organiser") for pk in places.ids_under(path)}
        rows = rows.filter(area_id__in=ids)
    return [_facts(row) for row in rows.order_by("heard_at", "pk")]


def of_team(actor: Actor, team_id: int, now: datetime) -> list[HelpFacts]:
    """What a team asked lately, with the answers, for its captain; the newest first."""
    actor.must_captain(team_id)
    return [HelpFacts(*row) for row in _OF_TEAM(team_id, now - SHOWN)]


def forget(*, now: datetime) -> int:
    """Delete the words of what was asked a month ago, and of its answer (P9); how many. A chore."""
    return HelpAsk.objects.filter(heard_at__lt=now - KEPT).exclude(words="").update(words="", answer="")


def _facts(row: HelpAsk) -> HelpFacts:
    return HelpFacts(**{name: getattr(row, name) for name in _FACTS})

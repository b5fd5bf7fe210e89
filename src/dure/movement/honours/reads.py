"""Questions about honours. No answer orders people."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.honours.models import Nomination, Thanks
from dure.movement.honours.types import NominationFacts, Roll, RollEntry, ThanksFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people

_MINUTES_AN_HOUR = 60


def thanks_for(*, actor: Actor, person_id: int) -> list[ThanksFacts]:
    """A person's thanks, newest first; for nobody else (NotFound)."""
    if not actor.is_person(person_id):
        raise NotFound(what="person")
    rows = list(Thanks.objects.filter(person_id=person_id).order_by("-day", "-pk"))
    posts = needs.posts({row.post_id for row in rows})
    teams = people.teams({post.team_id for post in posts.values()})
    campaign_ids = {row.campaign_id for row in rows}
    named = {one: campaigns.campaign_by_id(campaign_id=one) for one in sorted(campaign_ids)}
    crews = _crew_counts({row.post_id for row in rows})
    found = []
    for row in rows:
        post = posts[row.post_id]
        others = crews[row.post_id] - 1
        found.append(
            ThanksFacts(
                id=row.pk,
                campaign=named[row.campaign_id],
                day=row.day,
                post_title=post.title,
                minutes=row.minutes,
                others_count=others,
                text=thanks_text(post.title, teams[post.team_id].name, row.minutes, others),
            )
        )
    return found


def thanks_text(title: str, team_name: str, minutes: int, others_count: int) -> str:
    """What a person is thanked for: the work, the place, the time, the company.

    >>> thanks_text("Pick apples", "Yesan Fields 2", 240, 11)
    'Pick apples, with Yesan Fields 2: you did it for 4 h, together with 11 others. Thank you.'
    """
    company = {0: "on your own", 1: "together with one other"}
    who = company.get(others_count, f"together with {others_count} others")
    return f"{title}, with {team_name}: you did it for {_hours(minutes)}, {who}. Thank you."


def nominations_of(*, actor: Actor, person_id: int) -> list[NominationFacts]:
    """Nominations of a person, newest first; for nobody else (NotFound)."""
    if not actor.is_person(person_id):
        raise NotFound(what="person")
    return facts_of(list(Nomination.objects.filter(person_id=person_id).order_by("-nominated_at", "-pk")))


def export(actor: Actor, person_id: int) -> dict[str, object]:
    """All this room holds on a person, as JSON values (P9). Refuses others with NotFound."""
    nominations = nominations_of(actor=actor, person_id=person_id)
    slugs = {one: campaigns.campaign_by_id(one).slug for one in {n.campaign_id for n in nominations}}
    return {
        "thanks": [
            {
                "campaign": one.campaign.slug,
                "day": one.day.isoformat(),
                "post": one.post_title,
                "minutes": one.minutes,
                "text": one.text,
            }
            for one in thanks_for(actor=actor, person_id=person_id)
        ],
        "nominations": [
            {
                "campaign": slugs[one.campaign_id],
                "team": one.team.name,
                "kind": one.kind,
                "reason": one.reason,
                "nominated_at": one.nominated_at.isoformat(),
                "answer": one.state,
            }
            for one in nominations
        ],
    }


def roll(*, campaign_id: int) -> Roll:
    """Those who agreed to be honoured, by name, for everybody."""
    rows = list(Nomination.objects.filter(campaign_id=campaign_id, consented_at__isnull=False))
    names = people.names({row.person_id for row in rows})
    # Whoever has left since the first query is in no roll.
    rows = [row for row in rows if row.person_id in names]
    teams = people.teams({row.team_id for row in rows})
    entries = [RollEntry(names[row.person_id], teams[row.team_id].name, row.kind, row.reason) for row in rows]
    others = sum(row.kind != Nomination.Kind.OUTPUT for row in rows)
    return Roll(
        entries=tuple(sorted(entries, key=lambda one: (one.given_name, one.team_name, one.kind, one.reason))),
        other_kinds_percent=others * 100 // len(rows) if rows else None,
    )


def worked_in(campaign_id: int, person_id: int, team_id: int) -> bool:
    """Whether somebody was thanked for work in a team. For this room's own actions."""
    rows = Thanks.objects.filter(campaign_id=campaign_id, person_id=person_id)
    posts = needs.posts(rows.values_list("post_id", flat=True))
    return any(post.team_id == team_id for post in posts.values())


def facts_of(rows: Sequence[Nomination]) -> list[NominationFacts]:
    """For this room's own actions."""
    teams = people.teams({row.team_id for row in rows})
    return [
        NominationFacts(
            id=row.pk,
            campaign_id=row.campaign_id,
            person_id=row.person_id,
            team=teams[row.team_id],
            kind=row.kind,
            reason=row.reason,
            nominated_at=row.nominated_at,
            state="consented" if row.consented_at else "declined" if row.declined_at else "open",
        )
        for row in rows
    ]


def _crew_counts(post_ids: set[int]) -> dict[int, int]:
    """How many people were thanked for each post."""
    rows = Thanks.objects.filter(post_id__in=post_ids).order_by().values("post_id").annotate(crew=Count("pk"))
    return dict(rows.values_list("post_id", "crew"))


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _MINUTES_AN_HOUR)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))

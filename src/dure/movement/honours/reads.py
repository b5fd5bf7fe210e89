"""Questions about honours. No answer orders people."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count
from django.utils.translation import gettext, ngettext

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.honours.models import Nomination, Thanks
from dure.movement.honours.types import NominationFacts, Roll, RollEntry, ThanksFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people

_MINUTES_AN_HOUR = 60
_THANKS = Asked(
    lambda person_id: (
        Thanks.objects.filter(person_id=person_id)
        .order_by("-day", "-pk")
        .values_list("pk", "campaign_id", "day", "post_id", "minutes")
    ),
    int,
)
# How many people were thanked for each post.
_CREWS = Asked(
    lambda post_ids: (
        Thanks.objects.filter(post_id__in=post_ids)
        .order_by()
        .values("post_id")
        .annotate(crew=Count("pk"))
        .values_list("post_id", "crew")
    ),
    tuple,
)
_NOMINATIONS = Asked(lambda person_id: Nomination.objects.filter(person_id=person_id).values_list("pk"), int)


def thanks_for(*, actor: Actor, person_id: int) -> list[ThanksFacts]:
    """A person's thanks, newest first; for nobody else (NotFound)."""
    if not actor.is_person(person_id):
        raise NotFound(what="person")
    rows = _THANKS(person_id)
    posts = needs.posts({post_id for _, _, _, post_id, _ in rows})
    teams = people.teams({post.team_id for post in posts.values()})
    crews: dict[int, int] = dict(_CREWS(tuple(posts)))
    found = []
    for pk, campaign_id, day, post_id, minutes in rows:
        post = posts[post_id]
        others = crews[post_id] - 1
        found.append(
            ThanksFacts(
                id=pk,
                campaign=campaigns.campaign_by_id(campaign_id=campaign_id),
                day=day,
                post_title=post.title,
                minutes=minutes,
                others_count=others,
                text=thanks_text(post.title, teams[post.team_id].name, minutes, others),
            )
        )
    return found


def thanks_text(title: str, team_name: str, minutes: int, others_count: int) -> str:
    """What a person is thanked for: the work, the place, the time, the company.

    >>> thanks_text("Pick apples", "Yesan Fields 2", 240, 11)
    'Pick apples, with Yesan Fields 2: you did it for 4 h, together with 11 others. Thank you.'
    """
    who = gettext("on your own")
    if others_count:
        who = ngettext("together with one other", "together with %(count)s others", others_count) % {
            "count": others_count
        }
    return gettext("%(work)s, with %(team)s: you did it for %(hours)s, %(company)s. Thank you.") % {
        "work": title,
        "team": team_name,
        "hours": _hours(minutes),
        "company": who,
    }


def nominations_of(*, actor: Actor, person_id: int) -> list[NominationFacts]:
    """Nominations of a person, newest first; for nobody else (NotFound)."""
    if not actor.is_person(person_id):
        raise NotFound(what="person")
    # Few are ever put forward.
    ids = [pk for (pk,) in _NOMINATIONS(person_id)]
    rows = Nomination.objects.filter(pk__in=ids).order_by("-nominated_at", "-pk")
    return facts_of(list(rows)) if ids else []


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


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _MINUTES_AN_HOUR)
    parts = [gettext("%(n)s h") % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(gettext("%(n)s min") % {"n": rest})
    return " ".join(parts)

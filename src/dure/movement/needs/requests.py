"""Needs that institutions, households and teams enter themselves: asked, vouched for, published as posts."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from dure.base.access import Actor
from dure.base.home import keyed_fingerprint
from dure.kernel.ids import client_id as made_id
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignClosed, CampaignNotOpen
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs.actions import publish
from dure.movement.needs.errors import OwnRequest, RequestBad, RequestDecided, RequestReused
from dure.movement.needs.models import NeedRequest
from dure.movement.needs.reads import posts_by_key
from dure.movement.needs.rules import problems_of
from dure.movement.needs.types import NewPost, NewRequest, PostFacts, Problem, Published, RequestFacts
from dure.movement.people import actions as people_actions
from dure.movement.people import contacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts

OF_NEED: Final = b"need:"
DAYS_MAX: Final = 60
INSTITUTION_CHARS_MAX: Final = 120
CONTACT_CHARS_MAX: Final = 200
SAID_CHARS_MAX: Final = 200
_POST_OF_REQUEST: Final = b"dure.needs.request"


def ask(*, actor: Actor, new: NewRequest, now: datetime) -> RequestFacts:
    """Take a request; the same id and facts twice are one request. Nobody is placed before somebody stands by it.

    Whoever is signed in as a recipient of the area asks with their account; anybody else by the public form.

    Refuses with NotFound (campaign, call), AreaUnknown, CampaignNotOpen, CampaignClosed, RequestBad (every problem at
    once), RequestReused.
    """
    campaign = campaigns.campaign_by_id(new.campaign_id)
    area = places.area(new.area_id)
    account_id = actor.account_id if actor.receives(area.path) else None
    # Keyed, since it covers a contact and stays when that is deleted: without the secret nobody can try numbers on it.
    mark = keyed_fingerprint([{name: getattr(new, name) for name in new.__slots__}, account_id])
    if earlier := _earlier(new.client_id, mark):
        return earlier
    if campaign.state == "closed":
        raise CampaignClosed(slug=campaign.slug)
    if campaign.state == "draft":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)
    if bad := list(_problems(new, campaign, area, campaigns.local_day(campaign, now))):
        raise RequestBad(count=len(bad), first=bad[0], problems=tuple(bad))
    row = NeedRequest(
        client_id=new.client_id,
        fingerprint=mark,
        campaign_id=campaign.id,
        area_id=area.id,
        appeal_id=calls.appeal(new.call_code).id if new.call_code else None,
        account_id=account_id,
        institution=new.institution.strip(),
        contact_cipher=contacts.seal(new.contact.strip(), purpose=OF_NEED, person_key=new.client_id),
        title=new.title.strip(),
        cause=new.cause,
        days=[day.isoformat() for day in sorted(set(new.days))],
        starts=new.starts,
        ends=new.ends,
        seats=new.seats,
        physical=new.physical,
        skills=list(new.skills),
        with_children=new.with_children,
        hazardous=new.hazardous,
        bring=new.bring.strip(),
        asked_at=now,
    )
    # Two of one form at once: the unique id takes the first, and both hear of it.
    NeedRequest.objects.bulk_create([row], ignore_conflicts=True)
    found = _earlier(new.client_id, mark)
    must(found is not None, "a request that was written is there")
    return found  # type: ignore[return-value]  # the line above


def _earlier(client_id: UUID, mark: str) -> RequestFacts | None:
    row = NeedRequest.objects.filter(client_id=client_id).first()
    if row is None:
        return None
    if not hmac.compare_digest(row.fingerprint, mark):
        raise RequestReused(client_id=client_id)
    return _facts(row)


def publish_request(
    *, actor: Actor, request_id: int, team_id: int | None, tier: int, said: str, now: datetime
) -> Published:
    """Stand by a request and publish it: a post for each of its days that is not over.

    ``said``: how the asker knows the institution. ``team_id``: the team that stands behind the posts; None forms one
    of the institution's name. Asking again publishes the same posts.

    Refuses with NotFound (also others' places), OwnRequest, RequestDecided (declined), BadInput, PostsBad.
    """
    row, campaign, area = _mine(actor, request_id)
    if row.account_id is not None and row.account_id == actor.account_id:
        raise OwnRequest
    if row.state == NeedRequest.State.DECLINED:
        raise RequestDecided(state=row.state)
    words = _words(said, wanted="how you know them")
    team = team_id or _team_of(row)
    today = campaigns.local_day(campaign, now)
    posts = [post for post in _posts(_facts(row), campaign, area, team, tier) if post.day >= today]
    if not posts:
        raise BadInput(where="days", what="all of them are over", wanted="a request with days to come")
    with transaction.atomic():
        asked = NeedRequest.objects.filter(pk=row.pk, state=NeedRequest.State.ASKED)
        if not asked.update(
            state=NeedRequest.State.PUBLISHED, decided_by=_account(actor), decided_at=now, said=words
        ):
            row.refresh_from_db()
            if row.state == NeedRequest.State.DECLINED:  # by somebody else, at this very moment
                raise RequestDecided(state=row.state)
        return publish(rows=posts)


def ask_again(*, actor: Actor, request_id: int) -> None:
    """Let a published request wait for an answer once more; its posts are gone by then. Refuses with NotFound."""
    row, _campaign, _area = _mine(actor, request_id)
    NeedRequest.objects.filter(pk=row.pk, state=NeedRequest.State.PUBLISHED).update(
        state=NeedRequest.State.ASKED, decided_by=None, decided_at=None, said=""
    )


def is_asked(campaign_id: int) -> bool:
    """Whether anybody asked for hands in a campaign."""
    return NeedRequest.objects.filter(campaign_id=campaign_id).exists()


def decline_request(*, actor: Actor, request_id: int, said: str, now: datetime) -> RequestFacts:
    """Say why a request can't be published; the contact is deleted with it. Those who asked read it on their page.

    Refuses with NotFound (also others' places), RequestDecided, BadInput.
    """
    row, _campaign, _area = _mine(actor, request_id)
    words = _words(said, wanted="why, in words they can do something with")
    asked = NeedRequest.objects.filter(pk=row.pk, state=NeedRequest.State.ASKED)
    if not asked.update(
        state=NeedRequest.State.DECLINED,
        decided_by=_account(actor),
        decided_at=now,
        said=words,
        contact_cipher=b"",
    ):
        raise RequestDecided(state=row.state)
    row.refresh_from_db()
    return _facts(row)


def carry_on(*, from_campaign_id: int, to_campaign_id: int, today: date) -> int:
    """Move what nobody has answered yet to the campaign that carries on, where a day of it still lies ahead in it; how
    many. The link that those who asked hold leads on. For operations."""
    to = campaigns.campaign_by_id(to_campaign_id)
    open_rows = NeedRequest.objects.filter(campaign_id=from_campaign_id, state=NeedRequest.State.ASKED)
    first, last = max(today, to.starts_on).isoformat(), to.ends_on.isoformat()
    inside = open_rows.filter(area__path__startswith=to.area_path).values_list("pk", "days")
    ids = [pk for pk, days in inside if any(first <= day <= last for day in days)]
    return open_rows.filter(pk__in=ids).update(campaign_id=to_campaign_id)


def forget_contacts(*, today: date) -> int:
    """Delete the contacts of requests whose last day is over; how many. For the daily chores (P9)."""
    held = NeedRequest.objects.exclude(contact_cipher=b"")
    over = [pk for pk, days in held.values_list("pk", "days") if max(days) < today.isoformat()]
    return NeedRequest.objects.filter(pk__in=over).update(contact_cipher=b"")


def request_of_link(client_id: UUID) -> RequestFacts:
    """A request by the id its form made: whoever holds the link asked for it. No contact. Refuses with NotFound."""
    row = NeedRequest.objects.filter(client_id=client_id).first()
    if row is None:
        raise NotFound(what="request")
    return _facts(row)


def requests_by(actor: Actor) -> list[RequestFacts]:
    """What an account asked for itself, the newest first."""
    if actor.account_id is None:
        return []
    return [_facts(row) for row in NeedRequest.objects.filter(account_id=actor.account_id).order_by("-pk")]


def posts_of(asked: Iterable[RequestFacts]) -> dict[int, list[PostFacts]]:
    """The posts as which requests were published, by request and day; those that were called off are left out."""
    keys = {made_id(_POST_OF_REQUEST, one.client_id, day): one.id for one in asked for day in one.days}
    found: dict[int, list[PostFacts]] = {}
    for key, post in posts_by_key(keys).items():
        if post.cancelled_at is None:
            found.setdefault(keys[key], []).append(post)
    return {request_id: sorted(posts, key=lambda post: post.day) for request_id, posts in found.items()}


def requests_to_decide(actor: Actor, campaign_id: int) -> list[RequestFacts]:
    """What nobody has stood by yet, with contacts, the oldest first: of the places the asker organises."""
    rows = NeedRequest.objects.filter(campaign_id=campaign_id, state=NeedRequest.State.ASKED)
    return [_facts(row, with_contact=True) for row in _reached(actor, rows).order_by("asked_at", "pk")]


def asked_by_call(appeal_ids: list[int]) -> dict[int, tuple[int, int]]:
    """How many requests came by each call for needs, and how many of them were published."""
    found: dict[int, tuple[int, int]] = dict.fromkeys(appeal_ids, (0, 0))
    for appeal_id, state in NeedRequest.objects.filter(appeal_id__in=appeal_ids).values_list(
        "appeal_id", "state"
    ):
        if appeal_id is not None:
            asked, published = found[appeal_id]
            found[appeal_id] = (asked + 1, published + (state == NeedRequest.State.PUBLISHED))
    return found


def _reached(actor: Actor, rows: QuerySet[NeedRequest]) -> QuerySet[NeedRequest]:
    if actor.is_system:
        return rows
    ids = {pk for path in actor.area_paths("organiser") for pk in places.ids_under(path)}
    return rows.filter(area_id__in=ids)


def _mine(actor: Actor, request_id: int) -> tuple[NeedRequest, CampaignFacts, AreaFacts]:
    row = NeedRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise NotFound(what="request")
    area = places.area(row.area_id)
    if not actor.organises(area.path):
        raise NotFound(what="request")
    return row, campaigns.campaign_by_id(row.campaign_id), area


def _account(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotAllowed(what="deciding without an account")
    return actor.account_id


def _words(said: str, *, wanted: str) -> str:
    words = said.strip()
    if not 1 <= len(words) <= SAID_CHARS_MAX or not words.isprintable():
        raise BadInput(where="said", what=f"{len(words)} letters can't be used", wanted=wanted)
    return words


def _team_of(row: NeedRequest) -> int:
    """A team of the institution's name in its place: the same one for each of its requests."""
    here = [
        team for team in people.teams_under(places.area(row.area_id).path) if team.name == row.institution
    ]
    if here:
        return here[0].id
    key = made_id(_POST_OF_REQUEST, "team", row.area_id, row.institution)
    return people_actions.form_team(key=key, name=row.institution, area_id=row.area_id, kind=row.cause).id


def _problems(new: NewRequest, campaign: CampaignFacts, area: AreaFacts, today: date) -> Iterator[Problem]:
    for field, text, most in (
        ("institution", new.institution, INSTITUTION_CHARS_MAX),
        ("contact", new.contact, CONTACT_CHARS_MAX),
    ):
        if not text.strip():
            yield Problem(0, field, "is empty", "a text")
        elif len(text) > most or not text.isprintable():
            yield Problem(0, field, "can't be used", f"at most {most} letters in one line")
    if not area.path.startswith(campaign.area_path) or area.kind != "town":
        yield Problem(0, "area", f"{area.name} is no town of the campaign", "a town of the campaign")
    if not 1 <= len(set(new.days)) <= DAYS_MAX:
        yield Problem(0, "days", f"are {len(set(new.days))}", f"1 to {DAYS_MAX} days")
        return
    for day in sorted(set(new.days)):
        if day < today or not campaign.starts_on <= day <= campaign.ends_on:
            wanted = f"days from {max(today, campaign.starts_on)} to {campaign.ends_on}"
            yield Problem(0, "days", f"{day} can't be used", wanted)
            return
    facts = NeedRequest(
        **{name: getattr(new, name) for name in _SHARED},
        client_id=new.client_id,
        campaign_id=campaign.id,
        area_id=area.id,
        days=[day.isoformat() for day in sorted(set(new.days))],
    )
    # One day stands for all: they differ in the day alone.
    yield from problems_of(0, _posts(_facts(facts), campaign, area, team_id=0, tier=3)[0])


_SHARED: Final = (
    *("institution", "title", "cause", "starts", "ends", "seats", "physical", "skills"),
    *("with_children", "hazardous", "bring"),
)


def _posts(
    asked: RequestFacts, campaign: CampaignFacts, area: AreaFacts, team_id: int, tier: int
) -> list[NewPost]:
    """A post for each day, at the town's centre: where exactly, the captain says."""
    zone = ZoneInfo(campaign.timezone)
    over_night = timedelta(days=1 if asked.ends <= asked.starts else 0)
    return [
        NewPost(
            key=made_id(_POST_OF_REQUEST, asked.client_id, day),
            campaign_id=campaign.id,
            team_id=team_id,
            area_id=area.id,
            day=day,
            title=asked.title,
            lat=area.lat,
            lon=area.lon,
            starts_at=datetime.combine(day, asked.starts, zone),
            ends_at=datetime.combine(day + over_night, asked.ends, zone),
            seats=asked.seats,
            tier=tier,
            cause=asked.cause,
            skills=asked.skills,
            hazardous=asked.hazardous,
            with_children=asked.with_children,
            physical=asked.physical,
            bring=asked.bring,
        )
        for day in asked.days
    ]


def _facts(row: NeedRequest, *, with_contact: bool = False) -> RequestFacts:
    contact = ""
    if with_contact and row.contact_cipher:
        contact = contacts.unseal(bytes(row.contact_cipher), purpose=OF_NEED, person_key=row.client_id)
    return RequestFacts(
        id=row.pk,
        client_id=row.client_id,
        campaign_id=row.campaign_id,
        area_id=row.area_id,
        account_id=row.account_id,
        institution=row.institution,
        contact=contact,
        title=row.title,
        cause=row.cause,
        days=tuple(date.fromisoformat(day) for day in row.days),
        starts=row.starts,
        ends=row.ends,
        seats=row.seats,
        physical=row.physical,
        skills=tuple(row.skills),
        with_children=row.with_children,
        hazardous=row.hazardous,
        bring=row.bring,
        asked_at=row.asked_at,
        state=row.state,  # type: ignore[arg-type]  # one of the choices
        decided_at=row.decided_at,
        said=row.said,
    )

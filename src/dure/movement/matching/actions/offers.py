"""Answering an offer. "No" is free and leaves no trace once the day is settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from dure.base.access import SYSTEM, Actor
from dure.base.rows import insert
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.beside import (
    must_be_beside_adults,
    posts_for_minors,
    tell_when_adults_came,
    tell_when_adults_left,
)
from dure.movement.matching.errors import AlreadyPlaced, OfferGone, RequestReused
from dure.movement.matching.late_day import refuse_promised
from dure.movement.matching.models import Offer, Placement, Run, StandingPlacement
from dure.movement.matching.ready import next_turn, refuse_unready, short_of_rest, unready
from dure.movement.matching.rows import offer_facts, placement_facts
from dure.movement.matching.types import NewAcceptance, OfferFacts, PlacementFacts
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as need_reads
from dure.movement.needs.types import PostFacts
from dure.movement.people import actions as people_actions
from dure.movement.people import reads as people

# Acceptances in one transaction; it stays near 100 ms.
CHUNK_ROWS = 2_000
# Whoever has a shift of the day already clashes with it, and is asked singly which turn it is.
FIRST_TURN = 1


def _published(actor: Actor, offer_id: int) -> OfferFacts:
    """The offer, for the one it was made to. Another's offer looks like one that doesn't exist."""
    shown = Offer.objects.filter(pk=offer_id, run__published_at__isnull=False)
    offer = next(offer_facts(shown.exclude(state=Offer.State.WITHHELD)), None)
    if offer is None or not actor.is_person(offer.person_id):
        raise NotFound(what="offer")
    return offer


def placed_before(request_id: UUID, person_id: int, post_id: int) -> PlacementFacts | None:
    """The seat that a request took already; None for a new one. Refuses with RequestReused."""
    earlier = Placement.objects.filter(request_id=request_id).first()
    if earlier is None:
        return None
    if (earlier.person_id, earlier.post_id) != (person_id, post_id):
        raise RequestReused(request_id=request_id)
    return placement_facts(earlier)


def accept(*, actor: Actor, offer_id: int, request_id: UUID, now: datetime) -> PlacementFacts:
    """Take the offered seat, once.

    The phone makes ``request_id`` and keeps it until it hears an answer, so a second try after a
    lost reply gets the first try's seat, not a second one. An offer instead of another post gives that one back in
    the same transaction: nobody is without a post in between, and nobody has two.

    Refuses with NotFound, OfferGone, NeedFull, NeedCancelled, AlreadyPlaced, RequestReused, CampaignRests, NotReady
    (cover, briefing or consent was lost since the match), RestShort (a neighbouring day was taken since),
    AdultsMissing (under 18, and two cleared adults have not said yes yet: the offer waits), PostUnfit.
    """
    offer = _published(actor, offer_id)
    day = offer.day
    if earlier := placed_before(request_id, offer.person_id, offer.post_id):
        return earlier
    post = need_reads.post(offer.post_id)
    _refuse_called_off(post)
    if min(post.ends_at, offer.expires_at) <= now:
        raise OfferGone(why="open until its shift was over" if post.ends_at <= now else _why_gone(offer_id))
    try:
        with transaction.atomic():
            placement = _take(offer, post, request_id=request_id, now=now)
    except IntegrityError as clash:
        if twin := placed_before(request_id, offer.person_id, offer.post_id):
            return twin
        raise AlreadyPlaced(day=day) from clash
    except OfferGone:
        # Two copies of one request: the other one may have taken the seat a moment ago.
        if twin := placed_before(request_id, offer.person_id, offer.post_id):
            return twin
        raise
    return placement_facts(placement)


def _refuse_called_off(post: PostFacts) -> None:
    """Of a nation's day that is called off the offers are taken back one after the other; none becomes a seat."""
    campaign = campaigns.campaign_by_id(post.campaign_id)
    if campaign.state == "closed":
        raise OfferGone(why="open until the campaign ended")
    breaks.must_work(campaign, post.day)


def _called_off(days: Set[tuple[int, date]]) -> set[tuple[int, date]]:
    """Days of campaigns that are called off, as whole days."""
    closed = {pk for pk, _ in days if campaigns.campaign_by_id(pk).state == "closed"}
    return {(pk, day) for pk, day in days if pk in closed or breaks.on(pk, day)}


def _take(offer: OfferFacts, post: PostFacts, *, request_id: UUID, now: datetime) -> Placement:
    """Say yes and sit down, in the caller's transaction, every rule asked again; refuses as :func:`accept` does."""
    # Held first: somebody who takes two neighbouring days at once must not slip past the rest rule.
    people_actions.hold(person_ids=[offer.person_id])
    # This UPDATE settles who answers.
    is_taken_back = not _answers(offer.id, Offer.State.OPEN)
    if is_taken_back and not _answers(offer.id, Offer.State.DECLINED):
        raise OfferGone(why=_why_gone(offer.id))
    left = _leave(offer, now)
    turn = next_turn(offer.person_id, post)
    refuse_unready(offer.person_id, post)
    # In the order of the posts, so that two who change places never wait for each other in a ring.
    for post_id in sorted({post.id, left or post.id}):
        (needs.take_seat if post_id == post.id else needs.free_seat)(post_id=post_id)
    if is_taken_back:  # meanwhile the seat may have been offered to somebody else
        refuse_promised(need_reads.post(post.id), now)
    must_be_beside_adults(offer.person_id, post)
    if left:
        tell_when_adults_left([left], day=offer.day, now=now)
    placement = Placement.objects.create(
        request_id=request_id,
        post_id=post.id,
        person_id=offer.person_id,
        day=offer.day,
        turn=turn,
        accepted_at=now,
    )
    tell_when_adults_came(post, offer.person_id, now=now)
    return placement


def _answers(offer_id: int, state: str) -> bool:
    """Whether an offer in this state was taken by this call."""
    return bool(Offer.objects.filter(pk=offer_id, state=state).update(state=Offer.State.ACCEPTED))


def _leave(offer: OfferFacts, now: datetime) -> int | None:
    """Leave the post that the offer is instead of: the post whose seat comes free, None where they held no seat.

    Call it in the transaction that seats them elsewhere. Refuses with OfferGone once they are there, or its shift has
    begun.
    """
    if offer.instead_of is None:
        return None
    mine = Placement.objects.filter(person_id=offer.person_id, post_id=offer.instead_of)
    has = need_reads.post(offer.instead_of)
    may_leave = has.starts_at > now or has.cancelled_at is not None
    accepted = mine.filter(state=Placement.State.ACCEPTED)
    left = accepted.update(state=Placement.State.WITHDRAWN) if may_leave else 0
    if not left and mine.filter(state__in=(Placement.State.ACCEPTED, Placement.State.PRESENT)).exists():
        raise OfferGone(why="open until the shift you have had begun")
    # What offered it to them is let go, whether they had answered or not.
    offered = Offer.objects.filter(person_id=offer.person_id, post_id=offer.instead_of)
    offered.filter(state__in=(Offer.State.OPEN, Offer.State.ACCEPTED)).update(state=Offer.State.DECLINED)
    return offer.instead_of if left else None


def _why_gone(offer_id: int) -> str:
    state = Offer.objects.filter(pk=offer_id).values_list("state", flat=True).first()
    if state is None:
        return "taken back"
    return "accepted" if state == Offer.State.ACCEPTED else "open until its time was up"


def accept_many(*, acceptances: Sequence[NewAcceptance], now: datetime) -> tuple[int, int]:
    """Take many offered seats, as :func:`accept` would one by one; (accepted, refused).

    For answers that come in bulk, by SMS or from a file. A chunk in which somebody answers twice or
    that clashes with somebody's own answer is done singly, so one bad row never fails its neighbours.
    """
    accepted = refused = 0
    offers = _answerable([row.offer_id for row in acceptances], now)
    posts = need_reads.posts({offer.post_id for offer in offers})
    # Whoever lacks something, and whoever answers when the shift is over.
    off = _called_off({(one.campaign_id, one.day) for one in posts.values()})
    lacking = unready(_posts_of(offers, posts)) | {
        offer.person_id
        for offer in offers
        if (post := posts[offer.post_id]).ends_at <= now or (post.campaign_id, post.day) in off
    }
    for chunk in _chunks(acceptances, offers):
        try:
            with transaction.atomic():
                alone = len(chunk) == 1 or _is_special(chunk)
                taken = None if alone else _accept_chunk(chunk, posts, lacking, now)
        except IntegrityError:
            taken = None
        if taken is None:
            taken = _accept_singly(chunk, now)
        accepted += taken
        refused += len(chunk) - taken
    return accepted, refused


def _chunks(
    acceptances: Sequence[NewAcceptance], offers: Sequence[_Answerable]
) -> Iterator[Sequence[NewAcceptance]]:
    """In the order given, but those under 18 after everybody else: they need to know who is beside them (P6). Who
    answers several offers, or has a shift of the day already, comes last, one by one."""
    young: set[int] = set()
    for day in {offer.day for offer in offers}:
        young |= people.minors((offer.person_id for offer in offers if offer.day == day), day=day)
    theirs = {offer.id for offer in offers if offer.person_id in young}
    # Each offer once: the same answer may be sent twice.
    count_of = Counter(offer.person_id for offer in {one.id: one for one in offers}.values())
    placed = _placed(offers)
    again = {
        offer.id
        for offer in offers
        if count_of[offer.person_id] > 1 or (offer.person_id, offer.day) in placed
    }
    theirs -= again
    first = [row for row in acceptances if row.offer_id not in theirs and row.offer_id not in again]
    for part in (first, [row for row in acceptances if row.offer_id in theirs]):
        for start in range(0, len(part), CHUNK_ROWS):
            yield part[start : start + CHUNK_ROWS]
    # Several shifts of one person: what one leaves of the day, the next has to do with.
    for row in acceptances:
        if row.offer_id in again:
            yield [row]


def _placed(offers: Sequence[_Answerable]) -> set[tuple[int, date]]:
    """Who of those who answer has a shift already, and on which day."""
    ids = [offer.person_id for offer in offers]
    found: set[tuple[int, date]] = set()
    for start in range(0, len(ids), CHUNK_ROWS):
        rows = Placement.objects.filter(
            person_id__in=ids[start : start + CHUNK_ROWS], day__in={offer.day for offer in offers}
        ).exclude(state=Placement.State.WITHDRAWN)
        found.update((pk, day) for pk, day in rows.values_list("person_id", "day") if pk is not None)
    return found


@dataclass(frozen=True, slots=True)
class _Answerable:
    """An offer that can be taken."""

    id: int
    person_id: int
    post_id: int
    day: date


def _answerable(offer_ids: Sequence[int], now: datetime, *, lock: bool = False) -> list[_Answerable]:
    """Those of the offers that can be taken, in the order they were given; with ``lock`` only the open ones, as a no
    may have come meanwhile."""
    states = (Offer.State.OPEN,) if lock else (Offer.State.OPEN, Offer.State.DECLINED)
    place = {offer_id: number for number, offer_id in enumerate(offer_ids)}
    found: list[_Answerable] = []
    for start in range(0, len(offer_ids), CHUNK_ROWS):
        rows = Offer.objects.filter(
            pk__in=offer_ids[start : start + CHUNK_ROWS],
            state__in=states,
            run__published_at__isnull=False,
            run__expires_at__gt=now,
        ).order_by("pk")
        if lock:
            rows = rows.select_for_update(of=("self",))
        found += [_Answerable(*row) for row in rows.values_list("pk", "person_id", "post_id", "run__day")]
    return sorted(found, key=lambda offer: place[offer.id])


def _posts_of(offers: Sequence[_Answerable], posts: Mapping[int, PostFacts]) -> dict[int, PostFacts]:
    """The post each person would take, by person id."""
    return {offer.person_id: posts[offer.post_id] for offer in offers}


def _is_special(chunk: Sequence[NewAcceptance]) -> bool:
    """Whether each row is a case of its own: an id or an offer comes twice, an id was used before, a no is taken back,
    or another post is left."""
    requests = {row.request_id for row in chunk}
    offer_ids = {row.offer_id for row in chunk}
    if len(requests) < len(chunk) or len(offer_ids) < len(chunk):
        return True
    own_case = Q(instead_of__isnull=False) | Q(state=Offer.State.DECLINED)
    if Offer.objects.filter(own_case, pk__in=list(offer_ids)).exists():
        return True
    return Placement.objects.filter(request_id__in=list(requests)).exists()


def _accept_chunk(
    chunk: Sequence[NewAcceptance], posts: Mapping[int, PostFacts], lacking: Set[int], now: datetime
) -> int | None:
    """How many got their seat; None when somebody answers two offers at once, so that order decides."""
    request_of = {row.offer_id: row.request_id for row in chunk}
    people_actions.hold(
        person_ids=Offer.objects.filter(pk__in=list(request_of)).values_list("person_id", flat=True)
    )
    # An offer that became answerable since the posts were read waits for the next call.
    offers = [offer for offer in _answerable(list(request_of), now, lock=True) if offer.post_id in posts]
    posts_of = _posts_of(offers, posts)
    if len(posts_of) < len(offers):
        return None
    kept_from = lacking | short_of_rest(posts_of).keys()
    offers = [offer for offer in offers if offer.person_id not in kept_from]
    granted = needs.take_seats(counts=Counter(offer.post_id for offer in offers))
    seated = []
    for offer in offers:
        if granted.get(offer.post_id, 0) > 0:
            granted[offer.post_id] -= 1
            seated.append(offer)
    seated = _beside_adults(seated, posts)
    Offer.objects.filter(pk__in=[offer.id for offer in seated]).update(state=Offer.State.ACCEPTED)
    insert(
        Placement,
        ("request_id", "post_id", "person_id", "day", "turn", "state", "accepted_at", "gave_seat"),
        [
            (
                request_of[o.id],
                o.post_id,
                o.person_id,
                o.day,
                FIRST_TURN,
                Placement.State.ACCEPTED,
                now,
                False,
            )
            for o in seated
        ],
    )
    return len(seated)


def _beside_adults(seated: Sequence[_Answerable], posts: Mapping[int, PostFacts]) -> list[_Answerable]:
    """Who may keep the seat that is theirs now: all but those under 18 without two cleared adults beside them (P6)."""
    allowed: set[int] = set()
    for day in {offer.day for offer in seated}:
        of_day = [offer for offer in seated if offer.day == day]
        young = people.minors((offer.person_id for offer in of_day), day=day)
        asked = {offer.post_id for offer in of_day if offer.person_id in young}
        safe = posts_for_minors({pk for pk in asked if not posts[pk].for_adults}, day=day)
        allowed |= {o.id for o in of_day if o.person_id not in young or o.post_id in safe}
    if back := Counter(offer.post_id for offer in seated if offer.id not in allowed):
        needs.free_seats(counts=back)
    return [offer for offer in seated if offer.id in allowed]


def _accept_singly(chunk: Sequence[NewAcceptance], now: datetime) -> int:
    taken = 0
    for row in chunk:
        try:
            accept(actor=SYSTEM, offer_id=row.offer_id, request_id=row.request_id, now=now)
            taken += 1
        except Refusal:
            continue
    return taken


def decline(*, actor: Actor, offer_id: int, now: datetime) -> None:
    """Say no. It costs nothing, nobody above sees it, and it can be taken back until the offer ends.

    Where the offer is instead of another post, that one stays theirs.
    Refuses with NotFound, OfferGone (accepted already: withdraw instead; or too late to matter).
    """
    offer = _published(actor, offer_id)
    answerable = Offer.objects.filter(pk=offer_id, state__in=(Offer.State.OPEN, Offer.State.DECLINED))
    if offer.expires_at <= now or not answerable.update(state=Offer.State.DECLINED):
        raise OfferGone(why=_why_gone(offer_id))


def decline_many(*, offer_ids: Sequence[int], now: datetime) -> int:
    """Say no to many offers; the count of those that were open."""
    count = 0
    # A run's date never moves once it is published, so it is no race to look first.
    live = list(Run.objects.filter(expires_at__gt=now).values_list("pk", flat=True))
    for start in range(0, len(offer_ids), CHUNK_ROWS):
        chunk = Offer.objects.filter(pk__in=offer_ids[start : start + CHUNK_ROWS], run_id__in=live)
        count += chunk.filter(state=Offer.State.OPEN).update(state=Offer.State.DECLINED)
    return count


def expire_offers(*, campaign_id: int, day: date, now: datetime) -> int:
    """Close the offers whose time is up, so that their seats go to a second round; the count."""
    late = Run.objects.filter(campaign_id=campaign_id, day=day, expires_at__lte=now)
    ids = list(late.values_list("pk", flat=True))
    return Offer.objects.filter(run_id__in=ids, state=Offer.State.OPEN).update(state=Offer.State.EXPIRED)


def keep_place(*, actor: Actor, person_id: int, team_id: int, until: date) -> None:
    """Stay with a team until a day, by one's own wish: honoured before the match. Asking again moves it.

    Refuses with NotFound when somebody asks for another, or for a team that isn't there.
    """
    actor.must_be(person_id)
    people.team(team_id)
    StandingPlacement.objects.update_or_create(
        person_id=person_id, defaults={"team_id": team_id, "until": until}
    )

"""What can be done to people and teams. Registering in bulk and forming teams have files of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from dure.base.access import Actor
from dure.base.rows import IDS_A_QUERY_MAX, insert_new, insert_or_renew
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.people.bulk import Prepared, prepare_columns, store_prepared
from dure.movement.people.checks import (
    Spans,
    check_shifts_max,
    check_text,
    checked_credential,
    checked_home,
    checked_spans,
)
from dure.movement.people.errors import ConsentMissing
from dure.movement.people.groups import end_if_empty, join_group, leave_group, open_group
from dure.movement.people.models import Consent, Credential, FreeSpan, Person
from dure.movement.people.own import row as own_row
from dure.movement.people.reads import facts_of, names
from dure.movement.people.registering import register_many
from dure.movement.people.teams import form_team, form_teams
from dure.movement.people.types import (
    OWN_WORD,
    PURPOSES,
    ConsentReceipt,
    NewCredential,
    NewPerson,
    PersonFacts,
)
from dure.movement.places import reads as places

__all__ = [
    "Prepared",
    "add_credential",
    "add_credentials",
    "erase",
    "form_team",
    "form_teams",
    "give_consent",
    "guardian_agrees",
    "guardian_withdraws",
    "join_group",
    "leave_group",
    "move_home",
    "open_group",
    "prepare_columns",
    "register",
    "register_many",
    "revoke_links",
    "set_free_hours",
    "store_prepared",
    "wait_from",
    "wish_shifts",
    "withdraw_consent",
]


def register(
    *,
    key: UUID,
    given_name: str,
    birth_year: int,
    area_id: int,
    home_lat: float,
    home_lon: float,
    travel_limit_m: int,
    email: str,
    consents: tuple[str, ...],
    wording: str,
    now: datetime,
    guardian_email: str = "",
    languages: tuple[str, ...] = (),
    refuses: tuple[str, ...] = (),
    prefers: tuple[str, ...] = (),
    skills: tuple[str, ...] = (),
    free_spans: tuple[tuple[datetime, datetime], ...] = (),
    physical_max: int = 2,
    long_shift_wish: bool = False,
    shifts_max: int = 1,
    group_key: UUID | None = None,
    phone: str = "",
    language: str = "en",
    unconfirmed_until: date | None = None,
    synthetic: bool = False,
) -> PersonFacts:
    """Register one person, as they do themselves; see :class:`~dure.movement.people.types.NewPerson`.

    ``skills`` rest on their own word, and neither a guardian's agreement nor cover, briefing or clearance can
    be given by the one who needs it. The facts bring the receipts of the consents. The same key and facts
    give the same person again.

    Refuses with BadInput, AreaUnknown, ConsentMissing, TooYoung, GuardianMissing, RegistrationReused.
    """
    row = NewPerson(
        key=key,
        given_name=given_name,
        birth_year=birth_year,
        area_id=area_id,
        home_lat=home_lat,
        home_lon=home_lon,
        travel_limit_m=travel_limit_m,
        email=email,
        consents=consents,
        wording=wording,
        guardian_email=guardian_email,
        languages=languages,
        refuses=refuses,
        prefers=prefers,
        skills=skills,
        free_spans=free_spans,
        physical_max=physical_max,
        long_shift_wish=long_shift_wish,
        shifts_max=shifts_max,
        group_key=group_key,
        phone=phone,
        language=language,
        unconfirmed_until=unconfirmed_until,
        synthetic=synthetic,
    )
    done = register_many(rows=[row], now=now)
    for no in done.refused:
        raise Refusal.known[no.code](**no.facts)
    must(done.ids[0] is not None, "who was not refused is registered")
    return facts_of(own_row(Person.objects.values_list("pk", flat=True).get(key=key)), with_home=True)


def erase(*, person_id: int) -> bool:
    """Delete a person and everything that hangs on them; whether they were still there.

    The operation behind it asks who asks (``operations.leave``). Rows of other rooms follow by their own
    rules: what is personal goes, what is counted stays without a name.
    """
    with transaction.atomic():
        # Written first: it locks the row, and every link is dead from here on.
        if not Person.objects.filter(pk=person_id).update(link_version=F("link_version") + 1):
            return False
        person = Person.objects.get(pk=person_id)
        person.delete()
        end_if_empty(person.group_id)
    return True


def revoke_links(*, person_id: int) -> None:
    """Make every private link given out before worthless, the guardian's too. Refuses with NotFound."""
    _change(person_id, link_version=F("link_version") + 1)


def add_credential(*, actor: Actor, person_id: int, credential: NewCredential) -> None:
    """Record a skill shown, cover, briefing or clearance, or renew its evidence and date.

    For organisers of the person's area. Refuses with NotFound (also others' people), BadInput.
    """
    row = Person.objects.filter(pk=person_id).first()
    if row is None or not actor.organises(places.area(row.area_id).path):
        raise NotFound(what="person")
    add_credentials(rows=[(person_id, credential)])


def add_credentials(*, rows: Sequence[tuple[int, NewCredential]]) -> None:
    """Record or renew credentials by person id, all or none; of repeated ones the last counts.

    For imports and operations. Refuses with NotFound, BadInput (own word is no evidence here).
    """
    last = {}
    for person_id, credential in rows:
        checked_credential(credential)
        if credential.evidence == OWN_WORD:
            raise BadInput(where="evidence", what="own word shows nothing", wanted="who saw what, and when")
        last[person_id, credential.kind, credential.code] = credential
    there = names(person_id for person_id, _ in rows)
    if not all(person_id in there for person_id, _ in rows):
        raise NotFound(what="person")
    rows_ready = [(*key, c.evidence, c.valid_until) for key, c in last.items()]
    columns = ("person_id", "kind", "code", "evidence", "valid_until")
    with transaction.atomic():
        for start in range(0, len(rows_ready), IDS_A_QUERY_MAX):
            part = rows_ready[start : start + IDS_A_QUERY_MAX]
            insert_or_renew(Credential, columns, part, unique=columns[:3], renewed=columns[3:])


def guardian_agrees(*, actor: Actor, person_id: int, now: datetime) -> None:
    """The guardian agrees, from now on; agreeing again keeps the first date. Refuses others with NotFound."""
    if not actor.guards(person_id):
        raise NotFound(what="person")
    if not Person.objects.filter(pk=person_id, guardian_agreed_at=None).update(guardian_agreed_at=now):
        _must_be_there(person_id)


def guardian_withdraws(*, actor: Actor, person_id: int) -> None:
    """The guardian takes the agreement back: no new placement from now on. Refuses others with NotFound."""
    if not actor.guards(person_id):
        raise NotFound(what="person")
    _change(person_id, guardian_agreed_at=None)


def give_consent(
    *, actor: Actor, person_id: int, purpose: str, wording: str, now: datetime
) -> ConsentReceipt:
    """Agree to a purpose; where consent stands already, its receipt is given again.

    Refuses with NotFound (somebody else), BadInput.
    """
    actor.must_be(person_id)
    if purpose not in PURPOSES:
        raise BadInput(where="purpose", what=f"{purpose!r} is no purpose", wanted=" or ".join(PURPOSES))
    check_text(wording, "wording", 40)
    _must_be_there(person_id)
    with transaction.atomic():
        columns = ("person_id", "purpose", "wording", "given_at", "withdrawn_at")
        insert_new(Consent, columns, [(person_id, purpose, wording, now, None)])
        row = Consent.objects.get(person_id=person_id, purpose=purpose, withdrawn_at=None)
    return ConsentReceipt(id=row.pk, purpose=row.purpose, wording=row.wording, given_at=row.given_at)


def withdraw_consent(*, actor: Actor, person_id: int, purpose: str, now: datetime) -> ConsentReceipt:
    """Withdraw a consent; its receipt stays, with the date. Without "matching" nobody is placed any more.

    Refuses with NotFound (somebody else), ConsentMissing (none stands).
    """
    actor.must_be(person_id)
    standing = Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None)
    with transaction.atomic():
        if not standing.update(withdrawn_at=now):
            raise ConsentMissing(purpose=purpose)
        row = Consent.objects.filter(person_id=person_id, purpose=purpose).latest("withdrawn_at", "pk")
    return ConsentReceipt(row.pk, row.purpose, row.wording, row.given_at, row.withdrawn_at)


def move_home(*, actor: Actor, person_id: int, area_id: int, home_lat: float, home_lon: float) -> None:
    """Somebody lives elsewhere now. Refuses with NotFound (somebody else), AreaUnknown, BadInput."""
    actor.must_be(person_id)
    places.area(area_id)
    lat, lon = checked_home(home_lat, home_lon)
    _change(person_id, area_id=area_id, home_lat=lat, home_lon=lon)


def set_free_hours(
    *, actor: Actor, person_id: int, day_start: datetime, day_end: datetime, spans: Spans
) -> None:
    """Say anew which hours between ``day_start`` and ``day_end`` are free; no spans: none.

    Refuses with NotFound (somebody else), BadInput (hours outside the two, spans that don't fit).
    """
    actor.must_be(person_id)
    good = checked_spans(spans)
    if any(start < day_start or end > day_end for start, end in good):
        raise BadInput(where="free_spans", what="some hours are on another day", wanted="hours of this day")
    _must_be_there(person_id)
    with transaction.atomic():
        FreeSpan.objects.filter(person_id=person_id, starts_at__lt=day_end, ends_at__gt=day_start).delete()
        insert_new(
            FreeSpan, ("person_id", "starts_at", "ends_at"), [(person_id, start, end) for start, end in good]
        )


def wish_shifts(*, actor: Actor, person_id: int, shifts_max: int) -> None:
    """Say for how many shifts a day one wishes at most. They never last longer together than one may (P5).

    Refuses with NotFound (somebody else), BadInput.
    """
    actor.must_be(person_id)
    check_shifts_max(shifts_max)
    _change(person_id, shifts_max=shifts_max)


def hold(*, person_ids: Iterable[int]) -> None:
    """Hold these people until the caller's transaction ends, so that two answers of one person follow each other.

    In ascending order, so that two callers never wait for each other in a ring. SQLite holds everybody anyway.
    """
    ids = sorted(set(person_ids))
    for start in range(0, len(ids), IDS_A_QUERY_MAX):
        held = Person.objects.select_for_update().filter(pk__in=ids[start : start + IDS_A_QUERY_MAX])
        list(held.order_by("pk").values_list("pk"))


def wait_from(*, person_ids: Sequence[int], since: datetime) -> None:
    """Count these people's waiting from ``since`` on: whoever had a place waits anew. For operations.

    Nobody's waiting is moved back: saying it of an earlier day again changes nothing.
    """
    for start in range(0, len(person_ids), IDS_A_QUERY_MAX):
        part = person_ids[start : start + IDS_A_QUERY_MAX]
        Person.objects.filter(pk__in=part, waiting_since__lt=since).update(waiting_since=since)


def _change(person_id: int, **values: object) -> None:
    if not Person.objects.filter(pk=person_id).update(**values):
        raise NotFound(what="person")


def _must_be_there(person_id: int) -> None:
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound(what="person")

"""Of two registrations of one person one stays, with what the other one told and showed."""

from __future__ import annotations

from datetime import datetime

from dure.kernel.must import must
from dure.movement.people.alike import shown_by_both
from dure.movement.people.checks import SPANS_MAX, checked_spans
from dure.movement.people.contacts import OF_PERSON, seal, unseal
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Person, Reserve
from dure.movement.people.types import CLEARANCE, OWN_WORD


def take_over(*, kept_id: int, ended_id: int, now: datetime) -> None:
    """Move what is missing from one person to the other, who waits as long as the longer waiting of the two.

    What both told stays as the kept one told it, save that a skill shown goes before one's own word. Where both have
    shown the same contact, a further one comes along if one of its kind is missing and it was shown to be theirs, and
    so do the household and a clearance. A name and a town are not enough for that: whoever signs up under somebody's
    name would get their private link, or be let near children (P6). In the caller's transaction, which has decided that
    the two are one and ends the other afterwards (``operations.alike``).
    """
    must(kept_id != ended_id, "of two people one stays")
    rows = {one.pk: one for one in Person.objects.filter(pk__in=(kept_id, ended_id)).order_by("pk")}
    must(len(rows) == 2, "both are there, held by the caller")
    kept, ended = rows[kept_id], rows[ended_id]
    surely = shown_by_both(kept_id, ended_id)
    Person.objects.filter(pk=kept_id).update(
        waiting_since=min(kept.waiting_since, ended.waiting_since),
        languages=sorted({*kept.languages, *ended.languages}),
        group_id=kept.group_id or (ended.group_id if surely else None),
    )
    _credentials(kept_id, ended_id, surely=surely)
    _consents(kept_id, ended_id, now)
    _free_spans(kept_id, ended_id)
    if surely:
        _contacts(kept, ended)
    if not Reserve.objects.filter(person_id=kept_id).exists():
        Reserve.objects.filter(person_id=ended_id).update(person_id=kept_id)


def _credentials(kept_id: int, ended_id: int, *, surely: bool) -> None:
    if not surely:
        Credential.objects.filter(person_id=ended_id, kind=CLEARANCE).delete()
    shown = Credential.objects.filter(person_id=ended_id).exclude(evidence=OWN_WORD)
    for kind, code in shown.values_list("kind", "code"):
        Credential.objects.filter(person_id=kept_id, kind=kind, code=code, evidence=OWN_WORD).delete()
    held = set(Credential.objects.filter(person_id=kept_id).values_list("kind", "code"))
    for pk, kind, code in Credential.objects.filter(person_id=ended_id).values_list("pk", "kind", "code"):
        if (kind, code) not in held:
            Credential.objects.filter(pk=pk).update(person_id=kept_id)


def _consents(kept_id: int, ended_id: int, now: datetime) -> None:
    """Every receipt is theirs; of a purpose that stands with both, the kept one's stands on."""
    standing = Consent.objects.filter(person_id=kept_id, withdrawn_at__isnull=True)
    twice = list(standing.values_list("purpose", flat=True))
    Consent.objects.filter(person_id=ended_id, withdrawn_at__isnull=True, purpose__in=twice).update(
        withdrawn_at=now
    )
    Consent.objects.filter(person_id=ended_id).update(person_id=kept_id)


def _free_spans(kept_id: int, ended_id: int) -> None:
    both = FreeSpan.objects.filter(person_id__in=(kept_id, ended_id))
    spans = list(both.order_by("starts_at").values_list("starts_at", "ends_at"))
    if len(spans) > SPANS_MAX:
        return
    both.delete()
    FreeSpan.objects.bulk_create(
        FreeSpan(person_id=kept_id, starts_at=start, ends_at=end) for start, end in checked_spans(spans)
    )


def _contacts(kept: Person, ended: Person) -> None:
    has = set(Contact.objects.filter(person=kept).values_list("kind", flat=True))
    for row in Contact.objects.filter(person=ended, shown_at__isnull=False).exclude(kind__in=has):
        # Sealed for one person alone, so it is opened and sealed anew.
        address = unseal(bytes(row.cipher), purpose=OF_PERSON, person_key=ended.key)
        row.cipher = seal(address, purpose=OF_PERSON, person_key=kept.key)
        row.person = kept
        row.save(update_fields=["cipher", "person"])
    # What both have stays with the kept one alone, so that nothing that hangs on it leaves with the other.
    mine = Contact.objects.filter(person=kept).values("contact_hash")
    Contact.objects.filter(person=ended, contact_hash__in=mine).delete()

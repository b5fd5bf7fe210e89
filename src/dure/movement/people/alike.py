"""Two registrations that may be one person's: found by spelling, decided by people.

Only who has confirmed is compared; the others lapse by themselves. Nothing is decided by a machine: a pair is put
before an organiser, who sees names, years and towns and no contact, and what was decided is not asked again.

Two ways lead to a pair. The same contact: then much alike names and years are enough, since a family's names and
years differ. The same town and year of birth: then the name must be so rare that the two are at least as likely one
person as two. Of n people of a town and year, n·f share a name that the share f of all have; where about one in a
hundred registers twice, a pair is as likely one person once n·f is at most 0.02 (the odds of Fellegi and Sunter 1969,
with the two left out of f).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Exists, OuterRef, Q
from rapidfuzz import fuzz, process

from dure.base.access import Actor
from dure.base.jobs import SILENT, Progress
from dure.base.rows import IDS_A_QUERY_MAX, insert_new
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.people.errors import AlikeDecided
from dure.movement.people.models import Alike, Contact, Person
from dure.movement.people.spelling import Spelling, spelling
from dure.movement.places import reads as places

# Spellings as near as Hannah and Hanna; Minji and Minjun are farther apart.
NEAR_PERCENT: Final = 85
# Of two with one contact a nearness that would be nothing among strangers is enough.
NEAR_OF_ONE_CONTACT_PERCENT: Final = 75
# More people than that behind one contact are an institution, not a family.
OF_ONE_CONTACT_MAX: Final = 12
BEARERS_MAX: Final = 0.02
FOUND_MAX: Final = 5_000
SLICE: Final = 1_000
# Codes of what is alike.
CONTACT: Final = "contact"
NAME: Final = "name"
SPELT_ALIKE: Final = "spelling"
YEAR: Final = "year"
TOWN: Final = "town"


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a person."""

    id: int
    area_id: int
    birth_year: int
    group_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class OneOfTwo:
    """One of a pair as an organiser sees it; ``since``: when they registered or began to wait."""

    id: int
    given_name: str
    birth_year: int
    area_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one; ``first`` registered before ``second``. ``why``: codes of what is alike."""

    id: int
    first: OneOfTwo
    second: OneOfTwo
    why: tuple[str, ...]
    found_at: datetime


def find(*, now: datetime, progress: Progress = SILENT) -> int:
    """Look through everybody and propose what is alike; how many pairs are new, at most FOUND_MAX a time.

    Those of one contact come first. For a nightly run: it reads every name once.
    """
    rows = Person.objects.filter(lapses_on__isnull=True).order_by("pk")
    columns = rows.values_list("pk", "area_id", "birth_year", "group_id", "given_name")
    known = {row[0]: Known(*row) for row in columns.iterator(chunk_size=20_000)}
    standing = set(Alike.objects.values_list("person_id", "other_id"))
    found: dict[tuple[int, int], list[str]] = {}
    for pairs in (_of_one_contact(known), _of_one_town(known, progress)):
        for one, other, why in pairs:
            pair = (min(one, other), max(one, other))
            if pair not in standing and pair not in found and len(found) < FOUND_MAX:
                found[pair] = why
    new = [(one, other, tuple(why), now, None, None, None, None) for (one, other), why in found.items()]
    names = ("person_id", "other_id", "why", "found_at", "decided_at", "decided_by", "is_same", "asked_id")
    for start in range(0, len(new), IDS_A_QUERY_MAX):
        insert_new(Alike, names, new[start : start + IDS_A_QUERY_MAX])
    return len(new)


def open_pairs(*, actor: Actor, area_paths: Sequence[str], count_max: int) -> list[Pair]:
    """Pairs nobody has decided or asked about, both of whom live in these areas, the oldest first. For who organises
    them all.

    Refuses with NotAllowed.
    """
    for path in area_paths:
        actor.must_organise(path, what="comparing people here")
    here = [pk for path in area_paths for pk in places.ids_under(path)]
    undecided = Alike.objects.filter(decided_at__isnull=True, asked__isnull=True)
    rows = undecided.filter(person__area_id__in=here, other__area_id__in=here)
    return [_pair(row) for row in rows.select_related("person", "other").order_by("pk")[:count_max]]


def pair(*, actor: Actor, alike_id: int) -> Pair:
    """A pair, for who organises where both live. Refuses others with NotFound, and AlikeDecided."""
    row = Alike.objects.filter(pk=alike_id).select_related("person", "other").first()
    if row is None or not all(
        actor.organises(places.area(one.area_id).path) for one in (row.person, row.other)
    ):
        raise NotFound(what="pair")
    if row.decided_at is not None:
        raise AlikeDecided
    return _pair(row)


def decide(*, actor: Actor, alike_id: int, is_same: bool, now: datetime) -> Pair:
    """Write down what an organiser found out; who it was stands beside it.

    What follows from *same* is the operation's (``operations.alike``). Refuses with NotFound, AlikeDecided.
    """
    found = pair(actor=actor, alike_id=alike_id)
    undecided = Alike.objects.filter(pk=alike_id, decided_at__isnull=True)
    if not undecided.update(decided_at=now, decided_by=actor.account_id, is_same=is_same):
        raise AlikeDecided
    return found


def ask(*, actor: Actor, alike_id: int, person_id: int) -> None:
    """Put it to one of a pair whether they are the other one too; who asks stands beside it.

    In the caller's transaction, which tells them. Refuses with NotFound, AlikeDecided.
    """
    found = pair(actor=actor, alike_id=alike_id)
    must(person_id in (found.first.id, found.second.id), "one of the two is asked")
    undecided = Alike.objects.filter(pk=alike_id, decided_at__isnull=True)
    if not undecided.update(asked_id=person_id, decided_by=actor.account_id):
        raise AlikeDecided


def asked_of(*, actor: Actor, person_id: int) -> Pair | None:
    """What a person is asked: whether the other of the pair is they as well; None where they are asked nothing.

    Refuses others with NotFound.
    """
    actor.must_be(person_id)
    rows = Alike.objects.filter(asked_id=person_id, decided_at__isnull=True)
    row = rows.select_related("person", "other").order_by("pk").first()
    return _pair(row) if row else None


def answered(*, alike_id: int, is_same: bool, now: datetime) -> None:
    """Write down what the one who was asked says. For operations. Refuses with AlikeDecided."""
    undecided = Alike.objects.filter(pk=alike_id, decided_at__isnull=True, asked__isnull=False)
    if not undecided.update(decided_at=now, is_same=is_same):
        raise AlikeDecided


def shown_by_both(one_id: int, other_id: int) -> bool:
    """Whether both have shown one and the same contact to be theirs: more than a name and a town."""
    of_one = Contact.objects.filter(person_id=one_id, shown_at__isnull=False).values("contact_hash")
    return Contact.objects.filter(
        person_id=other_id, shown_at__isnull=False, contact_hash__in=of_one
    ).exists()


def _pair(row: Alike) -> Pair:
    two = [
        OneOfTwo(one.pk, one.given_name, one.birth_year, one.area_id, one.waiting_since)
        for one in (row.person, row.other)
    ]
    first, second = sorted(two, key=lambda one: one.id)
    return Pair(id=row.pk, first=first, second=second, why=tuple(row.why), found_at=row.found_at)


def _of_one_contact(known: dict[int, Known]) -> Iterator[tuple[int, int, list[str]]]:
    # One that nobody has shown beside another that was: whoever wrote it down may have it from its owner's door.
    has_shown = Contact.objects.filter(person_id=OuterRef("person_id"), shown_at__isnull=False)
    own = Contact.objects.filter(Q(shown_at__isnull=False) | ~Exists(has_shown))
    shared = own.values("contact_hash").annotate(n=Count("pk")).filter(n__gt=1, n__lte=OF_ONE_CONTACT_MAX)
    hashes = [bytes(one) for one in shared.values_list("contact_hash", flat=True)]
    for start in range(0, len(hashes), IDS_A_QUERY_MAX):
        rows = own.filter(contact_hash__in=hashes[start : start + IDS_A_QUERY_MAX])
        of_hash: dict[bytes, set[int]] = defaultdict(set)
        for contact_hash, person_id in rows.values_list("contact_hash", "person_id"):
            of_hash[bytes(contact_hash)].add(person_id)
        for ids in of_hash.values():
            yield from _within_contact([known[pk] for pk in sorted(ids) if pk in known])


def _within_contact(people: Sequence[Known]) -> Iterator[tuple[int, int, list[str]]]:
    for one, other in combinations(people, 2):
        # Written down together by one hand: surely two.
        if one.group_id is not None and one.group_id == other.group_id:
            continue
        near = nearness(one.name, other.name)
        if near >= NEAR_OF_ONE_CONTACT_PERCENT and _years_slip(one.birth_year, other.birth_year):
            yield one.id, other.id, _why(one, other, near, CONTACT)


def _years_slip(one: int, other: int) -> bool:
    """Whether one of two years of birth may be the other, mistyped: next to it, or with its digits swapped."""
    return abs(one - other) <= 1 or sorted(str(one)) == sorted(str(other))


def _of_one_town(known: dict[int, Known], progress: Progress) -> Iterator[tuple[int, int, list[str]]]:
    bearers = Counter(spelling(one.name).plain for one in known.values())
    blocks: dict[tuple[int, int], list[Known]] = defaultdict(list)
    for one in known.values():
        blocks[one.area_id, one.birth_year].append(one)
    for done, block in enumerate(blocks.values(), 1):
        if done % 1_000 == 0:
            progress.advance(done, len(blocks))
        if len(block) > 1:
            yield from _within_block(block, bearers, len(known))


def _within_block(
    block: Sequence[Known], bearers: Counter[str], count: int
) -> Iterator[tuple[int, int, list[str]]]:
    """Pairs of one town and year whose names are near, and so rare that they are hardly two people."""
    spelt = [spelling(one.name) for one in block]
    # Common names are no sign of anything, so they are not compared at all; names nobody else has always are.
    rare = [
        place
        for place, one in enumerate(spelt)
        if len(block) * max(bearers[one.plain] - 2, 0) / count <= BEARERS_MAX
    ]
    for row, other in _near(rare, spelt):
        one, two = block[row], block[other]
        if one.group_id is None or one.group_id != two.group_id:
            yield one.id, two.id, _why(one, two, nearness(one.name, two.name), TOWN)


def _near(rare: Sequence[int], spelt: Sequence[Spelling]) -> Iterator[tuple[int, int]]:
    """Places of two near spellings, slice by slice, so that a city of one year of birth fits into memory."""
    plain = [spelt[place].plain for place in rare]
    sounds = [spelt[place].sound for place in rare]
    came_over = np.array([spelt[place].was_other for place in rare], np.bool_)
    for start in range(0, len(rare), SLICE):
        of = slice(start, start + SLICE)
        near = _compared(plain[of], plain[start:])
        if came_over.any():
            across = came_over[of, None] != came_over[None, start:]
            near = np.where(across, _compared(sounds[of], sounds[start:]), near)
        # Each pair once: what stands before has been compared.
        rows, others = np.nonzero(np.triu(near, k=1))
        for row, other in zip(rows.tolist(), others.tolist(), strict=True):
            yield rare[start + row], rare[start + other]


def _compared(some: Sequence[str], others: Sequence[str]) -> npt.NDArray[np.uint8]:
    return process.cdist(some, others, scorer=fuzz.ratio, score_cutoff=NEAR_PERCENT, dtype=np.uint8)


def nearness(one: str, other: str) -> float:
    """How near two names are, 0 to 100: order, case, marks and, between scripts, ways of writing a sound apart.

    Of two with a different number of words the shorter may stand within the longer: Minji, and Minji Kim.
    """
    first, second = spelling(one), spelling(other)
    if first.was_other != second.was_other:
        return fuzz.ratio(first.sound, second.sound)
    within = len(one.split()) != len(other.split()) and fuzz.token_set_ratio(one.casefold(), other.casefold())
    return max(fuzz.ratio(first.plain, second.plain), float(within))


def _why(one: Known, other: Known, near: float, because: str) -> list[str]:
    why = [because] if because != TOWN else []
    why.append(NAME if near == 100 else SPELT_ALIKE)
    why += [YEAR] if one.birth_year == other.birth_year else []
    why += [TOWN] if one.area_id == other.area_id else []
    return why

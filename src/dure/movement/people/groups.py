"""Groups that stay together: whoever joins does so themself, with a code that somebody of the group gave them."""

from __future__ import annotations

import base64
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base.access import Actor
from dure.base.rows import insert_new
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.people.contacts import group_hash
from dure.movement.people.errors import GroupFull, GroupUnknown, InAnotherGroup
from dure.movement.people.models import Group, Person
from dure.movement.people.own import row_of
from dure.movement.people.types import GroupFacts

# More people than this hardly ever find a post that has room for all of them.
GROUP_PEOPLE_MAX: Final = 12
CODE_BYTES: Final = 8
CODE_LETTERS: Final = 12
_PART: Final = 4
# Read aloud or off a slip of paper: no letter that looks like a digit.
_SPOKEN = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_HEARD = str.maketrans("OIL", "011")


def group_code(key: UUID) -> str:
    """The code of a group: 60 bits that nobody comes upon by trying, nor by knowing the key.

    Keys may be guessed: an import makes them from the name of its file and a word such as "family".
    """
    letters = (
        base64.b32encode(group_hash(key)[:CODE_BYTES]).decode().rstrip("=").translate(_SPOKEN)[:CODE_LETTERS]
    )
    return "-".join(letters[start : start + _PART] for start in range(0, CODE_LETTERS, _PART))


def as_typed(code: str) -> str:
    """A code in its own spelling, however somebody wrote it down.

    >>> as_typed(" es34 z5qy-2d72")
    'ES34-Z5QY-2D72'
    """
    letters = "".join(filter(str.isalnum, code)).upper().translate(_HEARD)
    return "-".join(letters[start : start + _PART] for start in range(0, len(letters), _PART))


def open_group(*, actor: Actor, person_id: int, key: UUID) -> GroupFacts:
    """Begin a group, so far of one; others join with its code. ``key`` is made by the client: twice is once.

    Refuses with NotFound (somebody else), InAnotherGroup, BadInput (the key of a group they left to others).
    """
    actor.must_be(person_id)
    # Their own, whatever id was sent: nobody waits in a group that others will be registered into.
    key = client_id(b"dure group of", person_id, key)
    with transaction.atomic():
        insert_new(Group, ("key", "code", "name"), [(key, group_code(key), "")])
        group = Group.objects.select_for_update().get(key=key)
        if Person.objects.filter(group=group).exclude(pk=person_id).exists():
            raise BadInput(where="request_id", what="was used for another group", wanted="a new id")
        _enter(person_id, group)
    return _facts(person_id)


def join_group(*, actor: Actor, person_id: int, code: str) -> GroupFacts:
    """Come with those who have this code, from now on. Joining twice changes nothing.

    Nobody is added by another: the code is all it takes, and each gives it for themself. Refuses with NotFound
    (somebody else), GroupUnknown, InAnotherGroup, GroupFull.
    """
    actor.must_be(person_id)
    with transaction.atomic():
        # Held, so that two who join at once are counted one after the other.
        group = Group.objects.select_for_update().filter(code=as_typed(code)).first()
        if group is None:
            raise GroupUnknown(code=code.strip()[: CODE_LETTERS * 2])
        _enter(person_id, group)
    return _facts(person_id)


def leave_group(*, actor: Actor, person_id: int) -> None:
    """Go alone again. Leaving twice changes nothing; the last one out ends the group. Refuses with NotFound."""
    actor.must_be(person_id)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        if person is None:
            raise NotFound(what="person")
        group_id = person.group_id
        Person.objects.filter(pk=person_id).update(group=None)
        end_if_empty(group_id)


def end_if_empty(group_id: int | None) -> None:
    """Delete a group that nobody is in any more. Held first: somebody may be joining at this moment."""
    if group_id is None:
        return
    held = list(Group.objects.select_for_update().filter(pk=group_id).values_list("pk", flat=True))
    if held and not Person.objects.filter(group_id=group_id).exists():
        Group.objects.filter(pk=group_id).delete()


def group_of(*, actor: Actor, person_id: int) -> GroupFacts | None:
    """The group somebody comes with, for themself; None who comes alone. Refuses others with NotFound."""
    actor.must_be(person_id)
    own = row_of(person_id)
    return _facts(person_id) if own is not None and own.group_key is not None else None


def _enter(person_id: int, group: Group) -> None:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound(what="person")
    if person.group_id == group.pk:
        return
    if person.group_id is not None:
        raise InAnotherGroup
    if Person.objects.filter(group=group).count() >= GROUP_PEOPLE_MAX:
        raise GroupFull(most=GROUP_PEOPLE_MAX)
    Person.objects.filter(pk=person_id).update(group=group)


def _facts(person_id: int) -> GroupFacts:
    group = Person.objects.select_related("group").get(pk=person_id).group
    if group is None:
        raise NotFound(what="group")
    others = Person.objects.filter(group=group).exclude(pk=person_id).order_by("pk")
    return GroupFacts(code=group.code, others=tuple(others.values_list("given_name", flat=True)))

"""Private links: for one person and one purpose, until they are revoked."""

from __future__ import annotations

import pytest

from dure.kernel.refusals import NotFound
from dure.movement.people import actions, reads
from dure.movement.people.errors import LinkGone
from dure.movement.people.models import Person

pytestmark = pytest.mark.django_db


def test_a_link_leads_to_its_person(minji: int, bora: int) -> None:
    assert reads.person_of_token(reads.private_link_token(minji)) == minji
    assert reads.person_of_token(reads.private_link_token(bora)) == bora
    assert reads.person_of_guardian_token(reads.guardian_token(bora)) == bora


def test_a_link_fits_into_an_address_and_names_no_id(minji: int) -> None:
    token = reads.private_link_token(minji)

    assert all(letter.isalnum() or letter in "-_." for letter in token)
    assert len(token) < 100


def test_the_guardians_link_and_the_persons_own_do_not_stand_for_each_other(bora: int) -> None:
    with pytest.raises(LinkGone):
        reads.person_of_token(reads.guardian_token(bora))
    with pytest.raises(LinkGone):
        reads.person_of_guardian_token(reads.private_link_token(bora))


def test_a_revoked_link_is_gone_and_a_new_one_works(minji: int, bora: int) -> None:
    old, others = reads.private_link_token(minji), reads.private_link_token(bora)

    actions.revoke_links(person_id=minji)

    with pytest.raises(LinkGone):
        reads.person_of_token(old)
    assert reads.person_of_token(reads.private_link_token(minji)) == minji
    assert reads.person_of_token(others) == bora


def test_revoking_a_minors_links_revokes_the_guardians_too(bora: int) -> None:
    old = reads.guardian_token(bora)

    actions.revoke_links(person_id=bora)

    with pytest.raises(LinkGone):
        reads.person_of_guardian_token(old)


def test_a_link_to_somebody_who_left_is_gone(minji: int) -> None:
    token = reads.private_link_token(minji)

    actions.erase(person_id=minji)

    with pytest.raises(LinkGone):
        reads.person_of_token(token)


def test_no_letter_of_a_link_can_be_changed(minji: int, bora: int) -> None:
    token = reads.private_link_token(minji)

    # The last letter of base64 carries spare bits that mean nothing, so the comparison is by text.
    for place, letter in enumerate(token):
        changed = token[:place] + ("b" if letter != "b" else "c") + token[place + 1 :]
        with pytest.raises(LinkGone):
            reads.person_of_token(changed)


def test_a_link_with_a_later_version_can_not_be_made_up(minji: int) -> None:
    key, version, signature = reads.private_link_token(minji).split(".")

    with pytest.raises(LinkGone):
        reads.person_of_token(f"{key}.{int(version) + 1}.{signature}")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "x" * 10_000, "한국어", "\x00"])
def test_nonsense_is_no_link(token: str) -> None:
    with pytest.raises(LinkGone):
        reads.person_of_token(token)


def test_only_somebody_with_a_guardian_has_a_guardians_link(minji: int) -> None:
    with pytest.raises(NotFound):
        reads.guardian_token(minji)
    with pytest.raises(NotFound):
        reads.private_link_token(minji + 999)
    with pytest.raises(NotFound):
        actions.revoke_links(person_id=minji + 999)
    assert Person.objects.get().link_version == 1

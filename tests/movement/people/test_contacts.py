"""Contact details: sealed in the database, opened by the worker alone, and only for their own person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kernel.must import Broken
from dure.kernel.refusals import BadInput
from dure.movement.people import contacts, reads
from dure.movement.people.contacts import OF_GUARDIAN, OF_PERSON, normal_email, seal, unseal
from dure.movement.people.models import Contact, Guardian, Person
from dure.movement.people.types import MATCHING, ContactFacts
from tests.movement.people.cast import Enrol, key_of

MINJI = key_of("minji")
BORA = key_of("bora")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("minji@people.example", "minji@people.example"),
        ("  Minji@People.Example\n", "minji@people.example"),
        ("minji@u\u0308ber.example", "minji@über.example"),  # two code points become one (NFC)
    ],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert normal_email(written) == kept
    assert contacts.contact_hash(normal_email(written)) == contacts.contact_hash(kept)


@pytest.mark.parametrize(
    "text", ["", "minji", "minji@", "@people.example", "a@b@c.example", "mi nji@people.example"]
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadInput) as no:
        normal_email(text)

    assert no.value.facts["where"] == "email"
    assert not text or text not in str(no.value)


@given(st.text(max_size=300), st.uuids())
def test_what_is_sealed_opens_and_does_not_show(address: str, key: object) -> None:
    sealed = seal(address, purpose=OF_PERSON, person_key=key)  # type: ignore[arg-type]  # st.uuids() gives UUIDs

    assert unseal(sealed, purpose=OF_PERSON, person_key=key) == address  # type: ignore[arg-type]  # as above
    assert len(sealed) == 1 + 12 + len(address.encode()) + 16
    if len(address.encode()) > 3:
        assert address.encode() not in sealed


def test_the_same_address_is_sealed_differently_each_time() -> None:
    one, two = (seal("a@people.example", purpose=OF_PERSON, person_key=MINJI) for _ in range(2))

    assert one != two


def test_a_sealed_address_opens_for_its_own_person_and_purpose_only() -> None:
    sealed = seal("minji@people.example", purpose=OF_PERSON, person_key=MINJI)

    with pytest.raises(Broken):
        unseal(sealed, purpose=OF_PERSON, person_key=BORA)
    with pytest.raises(Broken):
        unseal(sealed, purpose=OF_GUARDIAN, person_key=MINJI)


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_a_sealed_address_with_one_changed_byte_does_not_open(place: int) -> None:
    sealed = bytearray(seal("minji@people.example", purpose=OF_PERSON, person_key=MINJI))
    sealed[place] ^= 1

    with pytest.raises(Broken):
        unseal(bytes(sealed), purpose=OF_PERSON, person_key=MINJI)


def test_another_installation_neither_opens_nor_finds_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal("minji@people.example", purpose=OF_PERSON, person_key=MINJI)
    found = contacts.contact_hash("minji@people.example")
    monkeypatch.setenv("DURE_SECRET_CONTACT_KEY", "11" * 32)
    monkeypatch.setenv("DURE_SECRET_CONTACT_PEPPER", "22" * 32)
    contacts._keys.cache_clear()
    try:
        with pytest.raises(Broken):
            unseal(sealed, purpose=OF_PERSON, person_key=MINJI)
        assert contacts.contact_hash("minji@people.example") != found
    finally:
        contacts._keys.cache_clear()


@pytest.mark.django_db
def test_no_column_holds_an_address_in_the_clear(minji: int, bora: int) -> None:
    stored = [
        *Person.objects.values_list(),
        *Contact.objects.values_list(),
        *Guardian.objects.values_list(),
    ]

    values = [bytes(v) if isinstance(v, memoryview) else str(v).encode() for row in stored for v in row]
    values += [v for row in stored for v in row if isinstance(v, bytes)]
    assert len(stored) == 5
    assert not [value for value in values if b"people.example" in value]


@pytest.mark.django_db
def test_the_worker_gets_the_contact_and_whether_messages_are_wanted(minji: int, enrol: Enrol) -> None:
    chul = enrol("chul", consents=(MATCHING,))

    assert reads.contact_of(minji) == ContactFacts("email", "minji@people.example", messages=True)
    assert reads.contact_of(chul) == ContactFacts("email", "chul@people.example", messages=False)
    assert reads.contact_of(minji + chul) is None


@pytest.mark.django_db
def test_a_guardian_is_reached_apart_from_the_minor(bora: int, minji: int) -> None:
    assert reads.guardian_contact_of(bora) == "mother.of.bora@people.example"
    contact = reads.contact_of(bora)
    assert contact is not None
    assert contact.address == "bora@people.example"
    assert reads.guardian_contact_of(minji) is None


@pytest.mark.django_db
def test_a_sealed_contact_moved_to_another_person_does_not_open(minji: int, bora: int) -> None:
    Contact.objects.filter(person_id=bora).update(cipher=Contact.objects.get(person_id=minji).cipher)

    with pytest.raises(Broken):
        reads.contact_of(bora)

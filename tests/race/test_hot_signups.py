"""The hot door for sign-ups: the same answers as django-ninja's, each person once, durable when acknowledged."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import trans_real

from dure.api.hot_signups import HotSignUps
from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.base.throttle import LETTERS
from dure.movement.calls import actions as calls
from dure.movement.calls import appeals, reads
from dure.movement.calls.models import Answer, SignUp
from dure.movement.calls.types import AnswerFacts
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Group, Guardian, Person
from dure.operations.intake import Intake
from tests.api.signup_vectors import BODIES, VECTORS, body_of
from tests.race.sign_up_stage import LAPSES, NOW, Door, by_ninja, django_answered, sign_up, told


def field_of(body: Any) -> str:
    problems = body.get("facts", {}).get("problems", []) if body.get("code") == "sign_up_bad" else []
    return str(problems[0]["field"]) if problems else ""


def counts() -> dict[str, int]:
    tables = (Person, Contact, Guardian, Consent, Credential, FreeSpan, SignUp, Answer, OutboxMessage)
    return {table.__name__: table.objects.count() for table in tables}


def test_both_doors_take_and_refuse_the_same(door: Door) -> None:
    bodies = [(one.name, body_of(one), one.status, one.code, one.field) for one in VECTORS]
    bodies += [(name, body, status, code, "") for name, body, status, code in BODIES]
    wrong = []
    for name, body, status, code, field in bodies:
        hot, ninja = door.post(body)[:2], by_ninja(body)
        if (*told(*hot), field_of(hot[1])) != (status, code, field):
            wrong.append(f"hot: {name}: {hot}")
        # Where it was taken, the second door gives the first one's receipt.
        if told(*ninja) != (200 if status == 201 else status, code) or field_of(ninja[1]) != field:
            wrong.append(f"ninja: {name}: {ninja}")
        if hot[1] != ninja[1] and code != "bad_shape":
            wrong.append(f"{name}: {hot[1]} is not {ninja[1]}")

    assert wrong == []
    assert SignUp.objects.count() == Person.objects.count() == sum(one.is_taken for one in VECTORS)


def test_a_phone_alone_is_refused_by_both_doors_where_no_texts_are_sent(door: Door, settings: Any) -> None:
    settings.SMS_URL = ""
    body = sign_up(email="", phone="010-2000-0001")

    hot, ninja = door.post(body)[:2], by_ninja(json.dumps(body).encode())

    assert hot == ninja
    assert (*told(*hot), hot[1]["facts"]["problems"]) == (
        *(422, "sign_up_bad"),
        [
            {
                "field": "email",
                "what": "is missing",
                "wanted": "an e-mail address too, since no text messages are sent from here",
            }
        ],
    )
    assert Person.objects.count() == 0
    assert door.post(body | {"email": "daeun@example.org"})[0] == 201


def test_a_refusal_repeats_nothing_of_what_was_sent(door: Door) -> None:
    for one in VECTORS:
        if not one.is_taken:
            _, body, _ = door.post(body_of(one))
            assert "@" not in json.dumps(body).replace("name@example.org", ""), one.name
            assert "Dae" not in json.dumps(body, ensure_ascii=False), one.name


def test_a_refusal_speaks_the_language_of_who_is_refused(door: Door) -> None:
    _, english, _ = door.post(sign_up(given_name=""))
    _, korean, _ = door.post(sign_up(given_name="", language="ko"))

    assert english["facts"]["problems"][0]["what"].isascii()
    assert any("가" <= sign <= "힣" for sign in korean["facts"]["problems"][0]["what"])
    _, unknown, _ = door.post(sign_up(town="atlantis"))
    assert unknown["facts"]["problems"] == [
        {"field": "town", "what": "is no known town", "wanted": "the code of a town"}
    ]


def test_the_first_answer_is_in_the_language_of_who_signs_up(door: Door) -> None:
    _, english, _ = door.post(sign_up())
    _, korean, _ = door.post(sign_up(language="ko"))

    assert english["answer"]["reason"].isascii()
    assert any("가" <= sign <= "힣" for sign in korean["answer"]["reason"])


def test_a_language_nobody_speaks_is_answered_in_english_and_fills_no_memory(door: Door) -> None:
    """Django keeps the catalog of every language it was ever told to speak; here a stranger says which."""
    _, english, _ = door.post(sign_up(given_name=""))
    before = set(vars(trans_real)["_translations"])

    for language in ("xx", "x" * 200, "../../etc", "\x00"):
        status, body, _ = door.post(sign_up(given_name="", language=language))
        assert (status, body["facts"]["problems"][0]) == (422, english["facts"]["problems"][0])

    assert set(vars(trans_real)["_translations"]) == before


def test_one_sign_up_writes_the_person_and_all_that_hangs_on_them_once(door: Door) -> None:
    body = sign_up(
        email="Jisu@Example.org",
        phone="010-2000-0001",
        birth_year=2010,
        guardian_email="guardian@example.org",
        messages=True,
        skills=["first-aid", "cooking"],
        languages=["ko", "en"],
        language="ko",
        refuses=["office"],
        prefers=["harvest"],
        free=[["2026-10-08T08:00:00+09:00", "2026-10-08T12:00:00+09:00"]],
        physical_max=3,
        long_shift=True,
        travel_km=25,
    )

    status, receipt, headers = door.post(body)

    assert (status, headers["Content-Type"]) == (201, "application/json")
    assert receipt["receipt"] == body["client_id"]
    assert (receipt["answer"]["kind"], receipt["answer"]["by_date"]) == ("incomplete", LAPSES.isoformat())
    assert counts() == {
        "Person": 1,
        "Contact": 2,
        "Guardian": 1,
        "Consent": 2,
        "Credential": 2,
        "FreeSpan": 1,
        "SignUp": 1,
        "Answer": 1,
        "OutboxMessage": 2,
    }
    person = Person.objects.get()
    assert people_reads.person_of_token(receipt["link"].split("/")[2]) == person.pk
    assert (person.birth_year, person.travel_limit_m, person.physical_max) == (2010, 25_000, 3)
    assert (person.home_lat, person.home_lon, person.long_shift_wish) == (37.26, 127.03, True)
    assert (person.languages, person.refuses, person.prefers) == (["en", "ko"], ["office"], ["harvest"])
    assert (person.lapses_on, person.waiting_since, person.language) == (LAPSES, NOW, "ko")
    assert not person.synthetic
    contact = people_reads.contact_of(person.pk)
    assert contact is not None
    assert (contact.kind, contact.address, contact.messages) == ("email", "jisu@example.org", True)
    assert people_reads.guardian_contact_of(person.pk) == "guardian@example.org"
    standing = reads.answer_for(SYSTEM, person.pk, door.campaign.id)
    assert standing is not None
    with translation.override("ko"):
        assert translation.gettext(standing.answer.reason) == receipt["answer"]["reason"]
    notices = dict(OutboxMessage.objects.values_list("kind", "facts"))
    assert set(notices) == {"sign_up", "guardian_request"}
    assert notices["sign_up"]["by_date"] == LAPSES.isoformat()


def test_what_is_written_is_what_one_by_one_is_written_too(door: Door) -> None:
    """The form's way (one at a time) and the door's way (many at once) leave the same columns filled."""
    door.post(sign_up(free=[["2026-10-08T08:00:00+09:00", "2026-10-08T12:00:00+09:00"]], skills=["cooking"]))

    for table in (Person, Contact, Consent, Credential, FreeSpan, SignUp, Answer, OutboxMessage):
        row = table.objects.get()
        # An empty list is what somebody without wishes has, and no form would call it filled in.
        row.full_clean(exclude=("languages", "refuses", "prefers"))
        again = {field.attname: getattr(row, field.attname) for field in table._meta.concrete_fields}
        row.save()
        row.refresh_from_db()
        assert again == {field.attname: getattr(row, field.attname) for field in table._meta.concrete_fields}


@pytest.mark.parametrize("module", ["dure.movement.people.intake", "dure.movement.calls.intake"])
def test_every_column_has_its_value(module: str) -> None:
    """A column that is added to a table later must be named here as well."""
    import importlib

    from dure.base import outbox_batch
    from dure.base.ready_rows import ReadyTable

    tables = [one for one in vars(importlib.import_module(module)).values() if isinstance(one, ReadyTable)]
    for table in [*tables, outbox_batch._NOTICES]:
        fields = table.model._meta.concrete_fields
        # What the database gives a value to by itself may be left to it.
        wanted = {one.attname for one in fields if not one.has_db_default()} - {"id"}
        assert set(table.names) - {"id"} == wanted, table.model


def test_the_same_again_gets_the_same_receipt_and_other_facts_are_refused(door: Door) -> None:
    body = sign_up()
    first = door.post(body)

    assert door.post(body)[:2] == (200, first[1])
    assert told(*door.post(body | {"given_name": "Haru"})[:2]) == (409, "sign_up_reused")
    assert counts()["Person"] == counts()["OutboxMessage"] == 1


def test_a_double_click_within_a_millisecond_is_one_sign_up(door: Door) -> None:
    """Each by another process, so neither knows of the other's writer; the clock stands still."""
    body = sign_up()
    other = Intake()

    first = door.post(body)
    second = Door(HotSignUps(django_answered, other), other, door.campaign).post(body)
    other.close()

    assert (first[0], second[:2]) == (201, (200, first[1]))
    assert Person.objects.count() == 1


def test_a_repeat_gets_its_receipt_after_the_call_has_closed(door: Door) -> None:
    body = sign_up()
    first = door.post(body)
    appeals.close_appeal(actor=SYSTEM, code="help", now=NOW)
    door.intake.forget()

    assert door.post(body)[:2] == (200, first[1])
    assert told(*door.post(sign_up())[:2]) == (409, "appeal_over")


def test_a_repeat_hears_the_answer_as_it_stands(door: Door) -> None:
    body = sign_up()
    door.post(body)
    person = Person.objects.get()
    new = AnswerFacts("reserve", "We expect to call you.", LAPSES)
    calls.answer(
        person_id=person.pk,
        campaign_id=door.campaign.id,
        kind=new.kind,
        reason=new.reason,
        by_date=new.by_date,
        now=NOW,
    )

    assert door.post(body)[1]["answer"] == {
        "kind": "reserve",
        "reason": "We expect to call you.",
        "by_date": LAPSES.isoformat(),
    }


def test_who_was_taken_before_a_limit_was_reached_gets_the_receipt_again(door: Door) -> None:
    family = {"email": "family@example.org"}
    bodies = [sign_up(**family) for _ in range(LETTERS[0].count_max)]
    first = [door.post(body) for body in bodies]
    assert {status for status, _, _ in first} == {201}

    assert door.post(sign_up(**family))[0] == 429

    again = [door.post(body) for body in bodies]
    assert [(status, body) for status, body, _ in again] == [(200, body) for _, body, _ in first]


def test_who_has_left_is_not_brought_back_by_a_late_repeat(door: Door) -> None:
    body = sign_up()
    door.post(body)
    person = Person.objects.get()
    calls.forget_person(person_id=person.pk)
    people.erase(person_id=person.pk)

    assert told(*door.post(body)[:2]) == (409, "sign_up_ended")
    assert not Person.objects.exists()


def test_a_known_contact_gets_an_answer_like_any_other(door: Door) -> None:
    known, new = sign_up(email="family@example.org"), sign_up(email="nobody@example.org")
    door.post(sign_up(email="family@example.org"))

    first, second = door.post(known), door.post(new)

    assert first[0] == second[0] == 201
    assert first[1]["answer"] == second[1]["answer"]
    assert len(first[1]["link"]) == len(second[1]["link"])
    assert Person.objects.count() == 3


def test_a_household_comes_as_one_group_and_a_stranger_does_not_come_into_it(door: Door) -> None:
    household = str(uuid4())
    ours = [sign_up(email="family@example.org", household=household) for _ in range(3)]
    stranger = sign_up(email="stranger@example.org", household=household)

    assert [door.post(one)[0] for one in [*ours, stranger]] == [201] * 4

    groups = Counter(Person.objects.values_list("group_id", flat=True))
    assert sorted(groups.values()) == [1, 3]
    assert None not in groups
    assert Group.objects.count() == 2


def test_many_at_once_share_commits_and_each_person_stands_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    store = door.intake._writer._write

    def counted(batch: list[Any]) -> Any:
        sizes.append(len(batch))
        time.sleep(0.005)  # a slow disk
        return store(batch)

    monkeypatch.setattr(door.intake._writer, "_write", counted)
    # A storm: each of 120 sign-ups is sent three times, in an order that mixes them.
    asked = [sign_up() for _ in range(120)]
    storm = [asked[(place * 7) % 120] for place in range(360)]

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(door.post, storm))

    receipts: dict[str, set[str]] = {}
    for one, (status, receipt, _) in zip(storm, answers, strict=True):
        assert status in (200, 201)
        receipts.setdefault(one["client_id"], set()).add(json.dumps(receipt))
    assert Counter(status for status, _, _ in answers)[201] == 120
    assert all(len(one) == 1 for one in receipts.values())
    assert counts()["Person"] == counts()["SignUp"] == counts()["OutboxMessage"] == 120
    assert len(sizes) < 360 / 2
    assert {str(one) for one in SignUp.objects.values_list("client_id", flat=True)} == set(receipts)


def test_what_is_not_for_this_door_goes_on_to_django(door: Door) -> None:
    assert door.post(b"", REQUEST_METHOD="GET")[0] == 204
    assert door.post(b"", PATH_INFO="/api/v1/campaigns")[0] == 204


def test_a_call_that_closes_is_seen_within_seconds(door: Door) -> None:
    assert door.post(sign_up())[0] == 201
    appeals.close_appeal(actor=SYSTEM, code="help", now=NOW)
    assert door.post(sign_up())[0] == 201  # remembered

    with time_machine.travel(NOW + timedelta(seconds=4), tick=False):
        assert told(*door.post(sign_up())[:2]) == (409, "appeal_over")


def test_ids_of_one_hour_stand_side_by_side_in_their_index(door: Door) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            door.post(sign_up())
            clock.shift(timedelta(milliseconds=2))

    keys = list(Person.objects.order_by("pk").values_list("key", flat=True))
    assert keys == sorted(keys)
    assert len({UUID(str(key)).hex[13:] for key in keys}) == 5

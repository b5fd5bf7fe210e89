"""A call from the first letter to the last count: sent, answered, placed, and forgotten."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM
from dure.base.models import OutboxMessage
from dure.kernel.refusals import NotAllowed
from dure.movement.calls import actions as calls
from dure.movement.calls import appeals, drive_reads, drives, waves
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.models import Appeal, Reach, Support
from dure.movement.calls.types import AppealWords, NewDrive, NewSignUp
from dure.movement.campaigns import actions as campaigns
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, MESSAGES
from dure.operations.calling import call_due, close_over, results
from dure.operations.leaving import leave
from dure.operations.outbox import send_due
from tests.movement.matching.farm import Farm, at, made
from tests.operations.every_table import left_of
from tests.operations.test_outbox_worker import Post

NOW = at(3)
TOMORROW = NOW + timedelta(days=1)


def called(farm: Farm) -> int:
    """The farm's people answered its first call; they are called by another one."""
    appeals.open_appeal(
        actor=SYSTEM,
        campaign_id=farm.campaign.id,
        code="more",
        title="Come again",
        text="The pears are ripe.",
        now=NOW,
    )
    waves.start_wave(actor=SYSTEM, code="more", client_id=made("wave"), per_minute=99, now=NOW)
    return call_due(NOW)


def answered(farm: Farm, *names: str) -> None:
    rows = [NewSignUp(made("again", name), farm.people[name]) for name in names]
    calls.sign_up_many(appeal_code="more", rows=rows, now=NOW)


def agreed(farm: Farm, *names: str) -> None:
    for name in names:
        farm.person(name, consents=(MATCHING, MESSAGES))


def test_letters_of_a_call_come_in_the_readers_language_with_a_link_that_knows_it(farm: Farm) -> None:
    farm.person("Minji", consents=(MATCHING, MESSAGES), language="ko")
    farm.person("Bora", consents=(MATCHING, MESSAGES))
    farm.person("Chul", consents=(MATCHING,))  # did not agree to be written to first

    assert called(farm) == 2
    appeals.say_in(actor=SYSTEM, code="more", words=AppealWords("ko", "또 와 주세요", "배가 익었습니다."))
    post = Post()
    send_due(now=NOW, ways=post.ways)

    assert {letter.subject for letter in post.letters} == {"Come again", "또 와 주세요"}
    assert all(re.search(r"/me/[^/]+/\?call=more$", letter.link) for letter in post.letters)
    found = results(SYSTEM, "more")
    assert (found.results.called_count, found.results.sent_count) == (2, 2)


def test_who_takes_back_the_consent_after_being_called_gets_no_letter(farm: Farm) -> None:
    agreed(farm, "Minji")
    called(farm)
    people.withdraw_consent(actor=farm.me("Minji"), person_id=farm.people["Minji"], purpose=MESSAGES, now=NOW)
    post = Post()

    send_due(now=NOW, ways=post.ways)

    assert post.letters == []


def test_a_closed_call_sends_nothing_more(farm: Farm) -> None:
    agreed(farm, "Minji")
    called(farm)
    appeals.close_appeal(actor=SYSTEM, code="more", now=NOW)
    post = Post()

    send_due(now=NOW, ways=post.ways)

    assert post.letters == []
    assert results(SYSTEM, "more").results.called_count == 1


def test_who_answered_a_call_and_found_a_place_is_counted(farm: Farm) -> None:
    agreed(farm, "Minji", "Bora")
    called(farm)
    answered(farm, "Minji", "Bora")
    farm.post("Pick pears", seats=1)
    farm.match()
    (asked,) = farm.offered()
    assert results(SYSTEM, "more").placed_count == 0
    farm.accept(asked)

    found = results(SYSTEM, "more")

    assert (found.results.answered_count, found.placed_count, found.is_met) == (2, 1, False)
    with pytest.raises(NotAllowed):
        results(ANONYMOUS, "more")


def test_who_stayed_silent_and_who_was_never_called_leave_the_same_rows(farm: Farm) -> None:
    agreed(farm, "Minji")
    called(farm)
    agreed(farm, "Bora")  # after the wave

    before = left_of(farm.people["Minji"]), left_of(farm.people["Bora"])
    appeals.close_appeal(actor=SYSTEM, code="more", now=TOMORROW)

    assert {"Reach", "OutboxMessage"} <= before[0].keys() - before[1].keys()
    assert left_of(farm.people["Minji"]) == left_of(farm.people["Bora"])


def test_who_leaves_stays_counted_among_the_called(farm: Farm) -> None:
    agreed(farm, "Minji", "Bora")
    called(farm)

    leave(actor=farm.me("Minji"), person_id=farm.people["Minji"], now=NOW)

    assert results(SYSTEM, "more").results.called_count == 2
    assert not Reach.objects.filter(person_id=farm.people["Minji"]).exists()


def test_who_leaves_takes_their_names_off_drives_and_nobody_elses(farm: Farm) -> None:
    farm.person("Minji")
    new = NewDrive(made("drive"), "Clear it", "Now.", farm.areas["Naju"], "minji", "MINJI@people.example")
    code = drives.propose(new=new, now=NOW).code
    drives.confirm(token=drive_reads.token_of(Support.objects.get().key), now=NOW)
    drives.support(code=code, client_id=made("bora"), name="Bora", email="bora@people.example", now=NOW)
    held = calls_reads.export(farm.me("Minji"), farm.people["Minji"])["drives"]
    assert isinstance(held, list)
    assert [one["code"] for one in held] == [code]

    leave(actor=farm.me("Minji"), person_id=farm.people["Minji"], now=NOW)

    assert [row.name for row in Support.objects.all()] == ["Bora"]
    assert drive_reads.drive(code).support_count == 0
    assert OutboxMessage.objects.filter(kind="drive_confirm").count() == 1


def test_a_supporters_letter_goes_to_their_address_alone(farm: Farm) -> None:
    new = NewDrive(made("drive"), "Clear it", "Now.", farm.areas["Naju"], "Dal", "dal@example.org")
    drives.propose(new=new, now=NOW)
    post = Post()

    send_due(now=NOW, ways=post.ways)

    (letter,) = post.letters
    assert letter.address == "dal@example.org"
    token = drive_reads.token_of(Support.objects.get().key)
    assert letter.link.endswith(f"/drives/name/{token}/")
    drives.take_back(token=token)
    assert send_due(now=TOMORROW, ways=post.ways).sent == 0


@pytest.mark.parametrize("ending", ["its time", "its campaign", "a crash in its close"])
def test_a_call_that_is_over_forgets_who_was_called_by_itself(
    farm: Farm, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to press a button for it (P3): of who stayed silent the same is left as of who was never called."""
    agreed(farm, "Minji")
    farm.person("Chul", consents=(MATCHING,))
    assert called(farm) == 1
    assert close_over(TOMORROW) == 0
    assert Reach.objects.count() == 1
    if ending == "its time":
        Appeal.objects.filter(code="more").update(closes_at=NOW + timedelta(hours=1))
    elif ending == "its campaign":
        campaigns.close_campaign(actor=SYSTEM, slug=farm.campaign.slug, now=NOW, reason="The crops are in.")
    else:
        with monkeypatch.context() as crash:
            crash.setattr(appeals, "_forget_called", lambda appeal_id: None)
            appeals.close_appeal(actor=SYSTEM, code="more", now=NOW)
        assert Reach.objects.count() == 1

    close_over(TOMORROW)

    assert not Reach.objects.exists()
    assert not OutboxMessage.objects.filter(kind="call").exists()
    assert calls_reads.appeal("more").closed_at is not None


def test_a_wave_that_breaks_keeps_no_other_from_calling(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(farm, "Minji")
    tried: list[int] = []

    def call_minute(*, wave_id: int, now: object) -> int:
        tried.append(wave_id)
        raise ZeroDivisionError

    monkeypatch.setattr(waves, "running_ids", lambda: (1, 2))
    monkeypatch.setattr(waves, "call_minute", call_minute)

    with pytest.raises(ZeroDivisionError):
        call_due(NOW)
    assert tried == [1, 2]

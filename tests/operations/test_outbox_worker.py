"""The worker that sends notices: each once, later when it failed, never to who has left or does not exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from dure.base import outbox
from dure.base.outbox import ATTEMPTS_MAX, CLAIM_MINUTES, NewNotice
from dure.channels.types import ChannelDown, Letter, Undelivered
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.movement.people.reaching import reach
from dure.movement.people.types import MATCHING
from dure.operations.letters import letter
from dure.operations.outbox import Sending, send_due
from dure.operations.ways import Ways
from tests.movement.matching.farm import DAY, Farm, at

NOW = at(9)
FACTS: dict[str, dict[str, object]] = {
    "sign_up": {
        "campaign_id": 1,
        "answer": "reserve",
        "reason": "You are on the reserve.",
        "by_date": "2026-10-12",
    },
    "offer": {"day": "2026-10-05"},
    "thanks": {"day": "2026-10-05", "post_id": 1, "minutes": 480},
    "nomination": {},
    "answer_incomplete": {"reason": "You need a briefing.", "by_date": "2026-10-12"},
    "answer_reserve": {"reason": "You are on the reserve.", "by_date": "2026-10-12"},
}


class Post:
    """An e-mail channel that keeps what it gets, and fails as told."""

    at_once = 1

    def __init__(self, *failures: Undelivered | ChannelDown | None) -> None:
        self.letters: list[Letter] = []
        self.failures = list(failures)
        self.ways = Ways({"email": self})

    def parts(self, letter: Letter) -> int:
        return 1

    def close(self) -> None:
        """Nothing is kept open."""

    def send(self, letter: Letter) -> None:
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        self.letters.append(letter)


def queue(farm: Farm, name: str, kind: str = "offer") -> None:
    notice = NewNotice(farm.people[name], kind, f"{kind}:{name}", FACTS.get(kind, {}))
    outbox.queue(notice=notice, now=NOW)


def words_to(farm: Farm, name: str, kind: str) -> str:
    person_id = farm.people[name]
    return letter(kind=kind, facts=FACTS[kind], to=reach([person_id])[person_id]).body


def test_a_notice_is_sent_once(farm: Farm) -> None:
    farm.cast("Minji")
    queue(farm, "Minji")
    post = Post()

    assert send_due(now=NOW, ways=post.ways) == Sending(1, 0, 0)
    assert send_due(now=NOW + timedelta(days=9), ways=post.ways) == Sending(0, 0, 0)

    assert [letter.address for letter in post.letters] == ["minji@people.example"]
    assert outbox.tally() == {"queued": 0, "sent": 1, "failed": 0, "withheld": 0, "replaced": 0}


def test_what_is_due_later_waits_and_a_turn_has_an_end(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    queue(farm, "Minji")
    queue(farm, "Bora")
    post = Post()

    assert send_due(now=NOW - timedelta(minutes=1), ways=post.ways).sent == 0
    assert send_due(now=NOW, count_max=1, ways=post.ways).sent == 1
    assert send_due(now=NOW, ways=post.ways).sent == 1


def test_what_failed_is_tried_again_later_and_at_last_given_up(farm: Farm) -> None:
    farm.cast("Minji")
    queue(farm, "Minji")
    broken = Undelivered("the line is down", permanent=False)
    post = Post(*[broken] * ATTEMPTS_MAX)

    assert send_due(now=NOW, ways=post.ways) == Sending(0, 1, 0)
    assert send_due(now=NOW + timedelta(minutes=1), ways=post.ways) == Sending(0, 0, 0)
    assert outbox.tally()["queued"] == 1
    for turn in range(1, ATTEMPTS_MAX):
        assert send_due(now=NOW + timedelta(days=turn), ways=post.ways) == Sending(0, 1, 0)

    assert outbox.tally()["failed"] == 1
    assert send_due(now=NOW + timedelta(days=99), ways=post.ways) == Sending(0, 0, 0)


def test_a_failure_that_passes_ends_well(farm: Farm) -> None:
    farm.cast("Minji")
    queue(farm, "Minji")
    post = Post(Undelivered("greylisted", permanent=False))
    send_due(now=NOW, ways=post.ways)

    assert send_due(now=NOW + timedelta(minutes=5), ways=post.ways) == Sending(1, 0, 0)
    assert len(post.letters) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    queue(farm, "Minji")
    queue(farm, "Bora")
    post = Post(Undelivered("no such mailbox", permanent=True))

    assert send_due(now=NOW, ways=post.ways) == Sending(1, 1, 0)
    assert send_due(now=NOW + timedelta(days=9), ways=post.ways) == Sending(0, 0, 0)
    assert outbox.tally() == {"queued": 0, "sent": 1, "failed": 1, "withheld": 0, "replaced": 0}


def test_a_worker_that_died_gives_its_notices_back(farm: Farm) -> None:
    farm.cast("Minji")
    queue(farm, "Minji")
    outbox.claim(now=NOW, count_max=9)  # and then the power went out

    assert send_due(now=NOW, ways=Post().ways).sent == 0
    assert send_due(now=NOW + timedelta(minutes=CLAIM_MINUTES), ways=Post().ways).sent == 1


def test_nobody_writes_to_synthetic_people_or_to_who_has_left(farm: Farm) -> None:
    farm.cast("Minji")
    farm.person("Synthetic", synthetic=True)
    for name in farm.people:
        queue(farm, name)
    people.erase(person_id=farm.people["Minji"])
    post = Post()

    assert send_due(now=NOW, ways=post.ways) == Sending(0, 0, 2)
    assert post.letters == []
    assert outbox.tally()["withheld"] == 2


@pytest.mark.parametrize("kind", FACTS)
def test_the_movement_writes_first_only_to_those_who_agreed(farm: Farm, kind: str) -> None:
    farm.person("Minji")
    farm.person("Quiet", consents=(MATCHING,))
    for name in farm.people:
        queue(farm, name, kind)
    post = Post()

    sending = send_due(now=NOW, ways=post.ways)

    # An answer to what somebody asked for themselves is owed to everybody (P1).
    expected = Sending(1, 0, 1) if kind in {"thanks", "nomination"} else Sending(2, 0, 0)
    assert sending == expected


@pytest.mark.parametrize("kind", FACTS)
def test_a_letter_holds_the_readers_own_link_and_nothing_of_anybody_else(farm: Farm, kind: str) -> None:
    farm.cast("Minji", "Bora")
    queue(farm, "Minji", kind)
    post = Post()
    send_due(now=NOW, ways=post.ways)

    (sent,) = post.letters
    minji, bora = (people_reads.private_link_token(farm.people[name]) for name in ("Minji", "Bora"))
    assert f"/me/{minji}/" in sent.body
    assert bora not in sent.body
    words = sent.subject + sent.body
    for private in ("@", "Bora", "Minji", "35.03", "126.72", "1990", str(farm.new_person("Minji").key)):
        assert private not in words
    assert sent.subject
    assert "\n" not in sent.subject


@pytest.mark.parametrize("kind", ["offer", "thanks"])
def test_a_letter_names_the_day_in_words(farm: Farm, kind: str) -> None:
    farm.cast("Minji")
    words = words_to(farm, "Minji", kind)

    assert "5 October 2026" in words


def test_an_answer_is_told_with_its_date(farm: Farm) -> None:
    farm.cast("Minji")
    body = words_to(farm, "Minji", "answer_incomplete")

    assert body.startswith("You need a briefing. You hear from us again by 12 October 2026")


def test_a_guardian_gets_their_own_link_at_their_own_address(farm: Farm) -> None:
    farm.person("Child", birth_year=2009, guardian_email="parent@people.example")
    queue(farm, "Child", "guardian_request")
    post = Post()

    assert send_due(now=NOW, ways=post.ways).sent == 1
    (sent,) = post.letters
    assert sent.address == "parent@people.example"
    assert f"/guardian/{people_reads.guardian_token(farm.people['Child'])}/" in sent.body
    assert people_reads.private_link_token(farm.people["Child"]) not in sent.body


def test_a_guardians_notice_for_somebody_without_one_is_withheld(farm: Farm) -> None:
    farm.cast("Minji")
    queue(farm, "Minji", "guardian_request")

    assert send_due(now=NOW, ways=Post().ways) == Sending(0, 0, 1)


def test_the_default_channel_is_e_mail(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.match()

    assert send_due(now=at(5)).sent == 1
    (message,) = mail.outbox
    assert message.to == ["minji@people.example"]
    assert f"{DAY.day} {DAY:%B %Y}" in message.body


def test_the_site_in_links_is_the_one_of_this_installation(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.cast("Minji")
    monkeypatch.setenv("DURE_SITE", "https://village.example/")
    token = people_reads.private_link_token(farm.people["Minji"])

    body = words_to(farm, "Minji", "offer")

    assert f"https://village.example/me/{token}/" in body

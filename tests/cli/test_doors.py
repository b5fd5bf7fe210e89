"""What an organisation without the demo needs: a call, credentials, tokens, corrections."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
import time_machine

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.base.models import Account
from dure.config.database import DatabaseUrlBad, postgresql
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import AnswerFacts, SignUpForm
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import reads as ledger
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.models import Placement
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.operations.work import record_crew
from tests.cli.conftest import NOW, Dure

Table = Callable[..., Path]
NEEDS = "id campaign team town title day starts ends seats tier cause"
PICKING = "n1,harvest-2026,Fields 1,Naju,Picking,2026-10-04,07:00,12:00,1,2,harvest"
EVENING = datetime(2026, 10, 4, 9, tzinfo=UTC)  # 18:00 in Seoul
DAY = ("--campaign", "harvest-2026", "--day", "2026-10-04", "--json", "-")


def test_an_opened_campaign_has_a_call_in_its_own_words_until_it_gets_others(
    dure: Dure, valley: CampaignFacts
) -> None:
    opened = dure("campaign", "open", "harvest-2026", "--json", "-")
    call = opened.json["call"]
    assert isinstance(call, dict)
    assert (call["code"], call["title"], call["text"]) == ("harvest-2026", "Autumn harvest", "Forty days.")
    words = ("--code", "rice", "--title", "Hands for the rice", "--text", "Come to Naju.")
    assert dure("call", "open", "harvest-2026", *words, "--json", "-").json["code"] == "rice"
    again = dure("campaign", "open", "harvest-2026", "--json", "-").json["call"]
    assert isinstance(again, dict)
    assert again["code"] == "rice"
    assert dure("call", "open", "nothing", *words).code == 1
    assert (
        dure("campaign", "close", "harvest-2026", "--reason", "The crops are in.", "--json", "-").json[
            "state"
        ]
        == "closed"
    )
    assert dure("campaign", "open", "harvest-2026").code == 1
    assert dure("call", "open", "harvest-2026", "--code", "b", "--title", "B", "--text", "B").code == 1


def _sign_up(email: str, number: int) -> int:
    form = SignUpForm(
        given_name="Ann",
        email=email,
        birth_year=1990,
        area_id=places.by_code("101").id,
        travel_limit_m=20_000,
        consent=True,
        free_spans=((datetime(2026, 10, 3, 21, tzinfo=UTC), datetime(2026, 10, 4, 5, tzinfo=UTC)),),
    )
    answer = AnswerFacts("incomplete", "Cover and briefing are missing.", date(2026, 10, 5))
    receipt = calls.sign_up(
        client_id=UUID(int=number), appeal_code="harvest-2026", form=form, first_answer=answer, now=NOW
    )
    return receipt.person_id


def test_who_signs_up_is_placed_once_cover_and_briefing_were_seen(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    dure("campaign", "open", "harvest-2026")
    ann = _sign_up("ann@example.org", 1)
    assert dure("import", "needs", table("needs.csv", NEEDS, PICKING)).code == 0
    seen = ("--evidence", "policy 12, seen 2026-10-01", "--until", "2027-10-01")
    cover = dure("people", "credential", "--email", "ann@example.org", "--kind", "cover", *seen)
    assert cover.code == 0, cover.err
    briefing = dure("people", "credential", "--person", ann, "--kind", "briefing", *seen, "--json", "-")
    assert (briefing.json["person"], briefing.json["valid_until"]) == (ann, "2027-10-01")
    assert (
        dure("people", "credential", "--person", ann, "--kind", "skill", "--code", "First aid", *seen).code
        == 0
    )
    held = people.person(actor=SYSTEM, person_id=ann).credentials
    assert [(c.kind, c.code) for c in held] == [
        ("briefing", "briefing"),
        ("cover", "cover"),
        ("skill", "first-aid"),
    ]
    matched = dure("match", "run", *DAY).json["run"]
    assert isinstance(matched, dict)
    assert matched["placed_count"] == 1


def test_a_credential_of_nobody_or_of_several_or_of_no_kind_is_refused(
    dure: Dure, valley: CampaignFacts
) -> None:
    dure("campaign", "open", "harvest-2026")
    twins = {_sign_up("twins@example.org", 1), _sign_up("twins@example.org", 2)}
    seen = ("--kind", "cover", "--evidence", "policy 12")
    several = dure("people", "credential", "--email", "twins@example.org", *seen)
    if len(twins) > 1:
        assert (several.code, "several people" in several.err) == (1, True)
    for words in (
        ("--email", "nobody@example.org", *seen),
        ("--person", "999999", *seen),
        seen,  # of whom?
        ("--person", "1", "--kind", "courage", "--evidence", "seen"),
        ("--person", "1", "--kind", "skill", "--evidence", "seen"),
        ("--person", "1", "--kind", "cover", "--code", "x", "--evidence", "seen"),
    ):
        assert dure("people", "credential", *words).code == 1, words
    assert all(not people.person(actor=SYSTEM, person_id=one).credentials for one in twins)


def test_a_token_opens_the_api_until_the_account_is_switched_off(dure: Dure, valley: CampaignFacts) -> None:
    opened = ("o@example.org", "--name", "O", "--role", "organiser", "--area", "KR")
    account_id = int(str(dure("account", "create", *opened, "--json", "-").json["id"]))
    dure("account", "grant", "o@example.org", "--role", "auditor", "--area", "KR")
    token = dure("account", "token", "o@example.org", "--name", "dashboard", "--days", "2").out.strip()
    assert accounts.account_of_token(token, now=NOW) == account_id
    assert accounts.account_of_token(token, now=datetime(2026, 10, 6, tzinfo=UTC)) is None
    assert dure("account", "admin", "o@example.org").code == 0
    assert Account.objects.get(pk=account_id).is_staff
    gone = dure("account", "revoke", "o@example.org", "--role", "auditor", "--json", "-")
    assert (gone.json["ended"], gone.json["off"]) == (1, False)
    assert accounts.account_of_token(token, now=NOW) == account_id
    assert dure("account", "revoke", "o@example.org", "--all", "--json", "-").json["ended"] == 1
    assert accounts.account_of_token(token, now=NOW) is None
    after = Account.objects.get(pk=account_id)
    assert (after.is_active, after.is_staff) == (False, False)
    assert accounts.accounts_with(role="organiser") == []


@pytest.mark.parametrize(
    "words",
    [
        ("token", "p@example.org", "--name", "x"),
        ("admin", "p@example.org"),
        ("revoke", "p@example.org", "--all"),
        ("revoke", "p@example.org", "--role", "king"),
        ("revoke", "p@example.org"),
        ("revoke", "p@example.org", "--role", "auditor", "--all"),
    ],
)
def test_an_account_that_is_not_there_or_not_said_what_ends_is_refused(
    dure: Dure, db: None, words: tuple[str, ...]
) -> None:
    assert dure("account", *words).code == 1


WORK = "id campaign day team indicator quantity person post"


def _work_of_team(dure: Dure, table: Table) -> None:
    dure("import", "needs", table("needs.csv", NEEDS, PICKING))
    row = "w1,harvest-2026,2026-10-03,Fields 1,harvest,12.5,,"
    assert dure("record", table("work.csv", WORK, row)).code == 0


def test_a_correction_is_an_entry_of_its_own_and_made_once(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    _work_of_team(dure, table)
    wrong_by = ("--difference", "-1.5", "--note", "crates counted twice")
    first = dure("ledger", "correct", "0", *wrong_by, "--json", "-")
    assert first.json == {"index": 1, "corrects": 0, "difference_milli": -1_500}, first.err
    assert dure("ledger", "correct", "0", *wrong_by, "--json", "-").json == first.json
    assert (ledger.size(), ledger.verify()) == (2, [])
    for words in (("0", "--difference", "-99"), ("7", "--difference", "1"), ("0", "--difference", "much")):
        assert dure("ledger", "correct", *words).code == 1, words
    assert ledger.size() == 2


def test_the_query_of_a_database_address_reaches_libpq() -> None:
    known = postgresql("postgresql://me:p%40ss@db.example.org:5433/dure?sslmode=require&connect_timeout=3")
    assert (known["NAME"], known["PASSWORD"], known["PORT"]) == ("dure", "p@ss", "5433")
    assert (known["OPTIONS"]["sslmode"], known["OPTIONS"]["connect_timeout"]) == ("require", "3")
    assert "pool" in known["OPTIONS"]


@pytest.mark.parametrize(
    "url",
    ["mysql://a/b", "postgresql://a:port/b", "postgresql://a:99999/b", "postgresql://a", "postgresql://[a/b"],
)
def test_a_database_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DatabaseUrlBad) as no:
        postgresql(url)
    assert url not in str(no.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/dure",
        "postgresql://me:secret@127.0.0.1:port/dure",
        "postgresql://me:secret@127.0.0.1:1/dure?colour=green",
    ],
)
def test_a_database_that_cannot_be_reached_gets_one_sentence(url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DURE_HOME": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-c", "from dure.cli.main import run; run()", "ledger", "verify"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, len(done.stderr.splitlines()), "DATABASE_URL" in done.stderr) == (1, 1, True), (
        done.stderr
    )
    assert "secret" not in done.stderr


def test_an_opened_campaign_keeps_its_first_call(dure: Dure, valley: CampaignFacts) -> None:
    assert calls_reads.appeal_of(valley.id) is None  # opened by the room, not by the command
    dure("campaign", "open", "harvest-2026")
    first = calls_reads.appeal_of(valley.id)
    dure("campaign", "open", "harvest-2026")
    assert first is not None
    assert calls_reads.appeal_of(valley.id) == first


@pytest.fixture
def ann_was_there(dure: Dure, valley: CampaignFacts, table: Table) -> tuple[int, int]:
    """Ann (p80) was placed at post n1 on 4 October, accepted and was checked in; (placement, post)."""
    header = "id given_name birth_year town email consent cover briefing free_from free_to"
    free = "2026-10-04 06:00,2026-10-04 14:00"
    ann = f"p80,Ann,1980,Naju,ann@example.org,yes,policy 1,briefed 2026-10-01,{free}"
    assert dure("import", "people", table("people.csv", header, ann)).code == 0
    assert dure("import", "needs", table("needs.csv", NEEDS, PICKING)).code == 0
    assert dure("match", "run", *DAY).code == 0
    (person_id,) = people.ids_of_contact("ann@example.org")
    (offer,) = matching_reads.offers_of(SYSTEM, person_id)
    placed = matching.accept(actor=SYSTEM, offer_id=offer.id, request_id=UUID(int=7), now=NOW)
    matching.check_in(
        actor=SYSTEM, placement_id=placed.id, now=datetime(2026, 10, 3, 22, 0, tzinfo=UTC)
    )  # 07:00 in Seoul
    return placed.id, placed.post_id


def _captain_writes(post_id: int, minutes: int) -> None:
    record_crew(
        actor=SYSTEM,
        post_id=post_id,
        minutes=minutes,
        output_milli={},
        command_id=UUID(int=minutes),
        now=EVENING,
    )


HOURS = "{id},harvest-2026,2026-10-04,Fields 1,hours,{hours},p80,n1"


def test_hours_that_the_captain_wrote_are_not_counted_again_from_a_file(
    dure: Dure, ann_was_there: tuple[int, int], table: Table
) -> None:
    _captain_writes(ann_was_there[1], 270)
    with time_machine.travel(EVENING, tick=True):
        same = dure("record", table("same.csv", WORK, HOURS.format(id="w1", hours="4.5")), "--json", "-")
        other = dure("record", table("other.csv", WORK, HOURS.format(id="w2", hours="5")), "--json", "-")
    assert (same.json["new"], same.json["known"], same.json["rejected"]) == (0, 1, 0)
    assert (other.code, other.json["new"]) == (1, 0)
    assert "person: their hours at this post were recorded before" in other.err
    assert ledger.size() == 1


def test_hours_from_a_file_are_not_counted_again_when_the_captain_writes_them(
    dure: Dure, ann_was_there: tuple[int, int], table: Table
) -> None:
    path = table("work.csv", WORK, HOURS.format(id="w1", hours="4.5"))
    with time_machine.travel(EVENING, tick=True):
        assert dure("record", path, "--json", "-").json["new"] == 1
        assert dure("record", path, "--json", "-").json["known"] == 1
    _captain_writes(ann_was_there[1], 270)
    assert ledger.size() == 1


def test_hours_recorded_before_there_was_a_placement_stay_known_afterwards(
    dure: Dure, valley: CampaignFacts, table: Table, request: pytest.FixtureRequest
) -> None:
    header = "id given_name birth_year town email consent"
    elsewhere = "p81,Bo,1981,Naju,bo@example.org,yes"
    dure("import", "people", table("before.csv", header, elsewhere))
    dure("import", "needs", table("needs.csv", NEEDS, PICKING))
    path = table("work.csv", WORK, HOURS.format(id="w1", hours="4.5").replace("p80", "p81"))
    with time_machine.travel(EVENING, tick=True):
        assert dure("record", path, "--json", "-").json["new"] == 1
    (bo,) = people.ids_of_contact("bo@example.org")
    placement, _ = request.getfixturevalue("ann_was_there")
    Placement.objects.filter(pk=placement).update(person_id=bo)  # as if Bo had been placed since
    with time_machine.travel(EVENING, tick=True):
        assert dure("record", path, "--json", "-").json["known"] == 1
    assert ledger.size() == 1


def test_more_hours_of_one_person_than_a_day_has_are_refused(
    dure: Dure, ann_was_there: tuple[int, int], table: Table
) -> None:
    with time_machine.travel(EVENING, tick=True):
        said = dure("record", table("work.csv", WORK, HOURS.format(id="w1", hours="24.5")))
    assert (said.code, "quantity: " in said.err and "24" in said.err) == (1, True), said.err

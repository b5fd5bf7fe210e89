"""The hot door for entries: the same answers as django-ninja's, each entry once, and durable when acknowledged."""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client

from dure.api import hot_entries
from dure.api.hot_entries import PATH, HotEntries
from dure.base import accounts, group_writer
from dure.base.access import SYSTEM
from dure.movement.ledger import actions, reads
from tests.api.entry_vectors import BODIES, CHANGED, body_of
from tests.movement.ledger.village import DAY, LATER, NOW, Village, build, request


@dataclass
class Door:
    """The hot door, and everybody's token."""

    app: HotEntries
    village: Village
    tokens: dict[str, str]
    account_ids: dict[str, int]

    def post(
        self, body: bytes | object, who: str = "captain", **environ: Any
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers of the answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        heard: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            heard.update(status=int(status[:3]), headers=dict(headers))

        asked = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PATH,
            "CONTENT_LENGTH": str(len(raw)),
            "HTTP_AUTHORIZATION": f"Bearer {self.tokens.get(who, who)}",
            "wsgi.input": io.BytesIO(raw),
            **environ,
        }
        (answer,) = self.app(asked, start_response)
        return heard["status"], json.loads(answer), heard["headers"]

    def entry(self, **changes: object) -> dict[str, object]:
        return {
            "client_id": str(uuid4()),
            "campaign": "harvest",
            "indicator": "rice",
            "team_id": self.village.teams["North"],
            "work_day": DAY.isoformat(),
            "quantity_milli": 5000,
        } | changes


def django_answered(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("204 No Content", [])
    return [b'"django"']


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with time_machine.travel(LATER, tick=False):
        village = build()
        tokens, ids = {}, {}
        for who, rights in {
            "captain": {"role": "captain", "team_id": village.teams["North"]},
            "other captain": {"role": "captain", "team_id": village.teams["South"]},
            "organiser": {"role": "organiser", "area_path": "/KR/13/"},
            "auditor": {"role": "auditor", "area_path": "/KR/"},
        }.items():
            ids[who] = accounts.open_account(email=f"{who.replace(' ', '.')}@example.org", name=who)
            accounts.grant(account_id=ids[who], **rights)  # type: ignore[arg-type]  # role, and what it reaches
            tokens[who] = accounts.make_token(
                account_id=ids[who], name=who, expires_at=NOW + timedelta(days=1)
            )
        app = HotEntries(django_answered)
        yield Door(app, village, tokens, ids)
        app.close()


def by_ninja(door: Door, body: bytes) -> tuple[int, Any]:
    client = Client(headers={"Authorization": f"Bearer {door.tokens['captain']}"})
    answer = client.post(PATH, body, content_type="application/json")
    return answer.status_code, answer.json()


def told(status: int, body: Any) -> tuple[int, str]:
    """Status and code, as the vectors name them."""
    assert set(body) == (
        {"code", "says", "facts"} if status >= 400 else {"index", "leaf_hash", "checkpoint_size", "grade"}
    )
    return status, body.get("code", "")


def test_both_doors_take_and_refuse_the_same(door: Door) -> None:
    north = door.village.teams["North"]
    bodies = [(name, body_of(name, changes, north), status, code) for name, changes, status, code in CHANGED]
    wrong = []
    for name, body, status, code in [*bodies, *BODIES]:
        hot, ninja = door.post(body)[:2], by_ninja(door, body)
        if told(*hot) != (status, code):
            wrong.append(f"hot: {name}: {hot}")
        # Where it was taken, the second door gives the first one's receipt.
        if told(*ninja) != (200 if status == 201 else status, code) or (status == 201 and ninja[1] != hot[1]):
            wrong.append(f"ninja: {name}: {ninja}")

    assert wrong == []
    assert reads.size() == sum(status == 201 for _, _, status, _ in CHANGED)
    assert reads.verify() == []


def test_a_receipt_says_where_the_entry_stands_and_repeats_get_the_same(door: Door) -> None:
    entry = door.entry()

    status, receipt, headers = door.post(entry)
    again = door.post(entry)

    assert status == 201
    assert headers["Content-Type"] == "application/json"
    assert receipt == {
        "index": 0,
        "leaf_hash": reads.receipt(0).leaf_hash.hex(),
        "checkpoint_size": None,
        "grade": "claimed",
    }
    assert again[:2] == (200, receipt)
    actions.sign_checkpoint(now=LATER)
    assert door.post(entry)[:2] == (200, receipt | {"checkpoint_size": 1})
    assert reads.size() == 1


def test_the_same_id_with_other_facts_is_refused(door: Door) -> None:
    entry = door.entry()
    door.post(entry)

    status, body, _ = door.post(entry | {"quantity_milli": 1})

    assert (status, body["code"]) == (409, "entry_reused")
    assert reads.size() == 1


def test_only_who_captains_the_team_or_organises_its_area_records(door: Door) -> None:
    answers = {who: told(*door.post(door.entry(), who)[:2]) for who in [*door.tokens, "made up", ""]}

    assert answers == {
        "captain": (201, ""),
        "organiser": (201, ""),
        "other captain": (404, "not_found"),
        "auditor": (404, "not_found"),
        "made up": (401, "token_unknown"),
        "": (401, "token_unknown"),
    }
    assert reads.size() == 2


def test_a_right_that_is_taken_away_is_gone_at_once(door: Door) -> None:
    assert door.post(door.entry())[0] == 201

    accounts.revoke(account_id=door.account_ids["captain"], role="captain")
    assert told(*door.post(door.entry())[:2]) == (404, "not_found")
    accounts.close_account(account_id=door.account_ids["organiser"])
    assert told(*door.post(door.entry(), "organiser")[:2]) == (401, "token_unknown")


def test_of_a_list_each_entry_is_taken_or_refused_on_its_own(door: Door) -> None:
    first, second = door.entry(), door.entry(indicator="hours")
    strange = door.entry(team_id=door.village.teams["South"])
    late = door.entry(work_day="2026-10-09")

    status, body, _ = door.post([first, strange, second, late, first])

    assert status == 201
    assert [one["status"] for one in body["results"]] == [201, 404, 201, 422, 200]
    assert [one["receipt"] and one["receipt"]["index"] for one in body["results"]] == [0, None, 1, None, 0]
    assert body["results"][3]["error"]["code"] == "entry_day_to_come"
    assert by_ninja(door, json.dumps([first, strange]).encode())[1]["results"] == [
        body["results"][0] | {"status": 200},
        body["results"][1],
    ]
    assert door.post([strange])[0] == 422
    assert door.post([door.entry() for _ in range(501)])[0] == 422


def test_a_body_that_is_too_large_or_too_short_is_refused_before_it_is_parsed(door: Door) -> None:
    long = {"CONTENT_LENGTH": str(hot_entries.BODY_BYTES_MAX + 1)}
    assert told(*door.post(b"", **long)[:2]) == (413, "body_too_large")
    chunks = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert told(*door.post(b" " * (hot_entries.BODY_BYTES_MAX + 1), **chunks)[:2]) == (413, "body_too_large")
    assert door.post(json.dumps(door.entry()).encode(), **chunks)[0] == 201
    for length in ("999", "-1", "ten", "१"):
        assert told(*door.post(b"{}", CONTENT_LENGTH=length)[:2]) == (400, "bad_request")


def test_what_is_not_for_this_door_goes_on_to_django(door: Door) -> None:
    assert door.post(b"", REQUEST_METHOD="GET")[0] == 204
    assert door.post(b"", PATH_INFO="/api/v1/campaigns")[0] == 204


def test_when_too_much_waits_whoever_comes_is_told_at_once_to_come_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.app._writer, "_rows_in_hand_max", 1)

    status, body, headers = door.post([door.entry(), door.entry()])

    assert told(status, body) == (503, "writer_busy")
    assert headers["Retry-After"] == str(group_writer.RETRY_S)
    assert door.post(door.entry())[0] == 201


def test_a_database_that_can_not_be_written_is_told_as_such(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OperationalError("database or disk is full")
    full.__cause__ = type("Full", (Exception,), {"sqlite_errorname": "SQLITE_FULL", "sqlstate": "53100"})()

    def fail(**_: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(actions, "record", fail)
        status, body, headers = door.post(door.entry())

    assert told(status, body) == (503, "storage_full")
    assert int(headers["Retry-After"]) > 0
    assert door.post(door.entry())[0] == 201


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_the_writer_dies_whoever_comes_next_begins_another(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_writer, "WAIT_S_MAX", 0.2)
    monkeypatch.setattr(group_writer, "STALLED_AFTER_S", 0.0)

    def die(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(actions, "record", die)
        assert told(*door.post(door.entry())[:2]) == (503, "storage_busy")

    monkeypatch.setattr(group_writer, "WAIT_S_MAX", 30.0)
    assert door.post(door.entry())[0] == 201


def test_a_fault_of_ours_fails_one_request_and_not_its_neighbours(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poison = request(13)
    record = actions.record

    def broken(*, entries: list[Any], **others: Any) -> Any:
        if any(entry.client_id == poison for entry in entries):
            raise RuntimeError("the inside")
        time.sleep(0.02)  # so that others gather behind
        return record(entries=entries, **others)

    monkeypatch.setattr(actions, "record", broken)
    ids = [poison, *(uuid4() for _ in range(15))]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: door.post(door.entry(client_id=str(one))), ids))

    assert told(*answers[0][:2]) == (500, "broken")
    assert "the inside" not in json.dumps(answers[0][1])
    assert "the inside" in caplog.text
    assert {status for status, _, _ in answers[1:]} == {201}
    assert reads.size() == 15


def test_many_at_once_share_commits_and_each_entry_stands_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    record = actions.record

    def counted(*, entries: list[Any], **others: Any) -> Any:
        sizes.append(len(entries))
        time.sleep(0.005)  # a slow disk
        return record(entries=entries, **others)

    monkeypatch.setattr(actions, "record", counted)
    # A storm: each of 120 entries is sent three times, in an order that mixes them.
    entries = [door.entry(client_id=str(request(number))) for number in range(120)]
    storm = [entries[(place * 7) % 120] for place in range(360)]

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(door.post, storm))

    receipts: dict[str, set[str]] = {}
    for entry, (status, receipt, _) in zip(storm, answers, strict=True):
        assert status in (200, 201)
        receipts.setdefault(str(entry["client_id"]), set()).add(json.dumps(receipt))
    assert Counter(status for status, _, _ in answers)[201] == 120
    assert all(len(one) == 1 for one in receipts.values())
    assert reads.size() == 120
    assert len(sizes) < 360 / 2  # entries shared commits
    assert sum(row.quantity_milli for row in reads.rollups(door.village.campaign_id)) == 120 * 5000
    assert reads.verify() == []


def test_what_the_door_records_others_see_between_its_commits(door: Door) -> None:
    def by_web(number: int) -> int:
        try:
            return actions.record_one(entry=door.village.entry(1000 + number), now=LATER).index
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        web = [pool.submit(by_web, number) for number in range(20)]
        hot = [pool.submit(door.post, door.entry()) for _ in range(60)]
        indices = [one.result() for one in web] + [one.result()[1]["index"] for one in hot]

    assert sorted(indices) == list(range(80))
    assert reads.verify() == []
    assert {UUID(str(row.client_id)) for row in reads.entries(SYSTEM, door.village.campaign_id)} >= {
        request(1000)
    }

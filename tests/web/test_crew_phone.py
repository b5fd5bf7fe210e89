"""The captain's phone, server side: the day it keeps, and the acts it sends when it has a signal again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from dure.base.access import SYSTEM
from dure.base.models import Account
from dure.base.storage import StorageFull
from dure.movement.ledger import reads as ledger
from dure.movement.matching import reads as matching
from dure.operations.badges import badge_code, badge_token
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor

SHIFT = NOW + timedelta(hours=3)


def act(kind: str, name: object, at: datetime = SHIFT, **more: object) -> dict[str, Any]:
    return {"id": str(made("act", name)), "kind": kind, "at": at.isoformat(), **more}


def send(client: Client, cast: Cast, *acts: dict[str, Any], at: datetime = SHIFT, **more: object) -> Any:
    body = {"sent_at": at.isoformat(), "acts": list(acts), **more}
    address = f"/captain/{cast.teams['North']}/acts.json"
    return client.post(address, json.dumps(body), content_type="application/json")


def outcomes(answer: Any) -> Sequence[str]:
    return [one["outcome"] for one in answer.json()["results"]]


def state(cast: Cast) -> str:
    return matching.placement_for(SYSTEM, cast.placements["Minji"]).state


def test_the_day_is_what_a_phone_needs_and_no_more(captain: Client, cast: Cast) -> None:
    answer = captain.get(f"/captain/{cast.teams['North']}/day.json")

    day = answer.json()
    assert (day["team"]["name"], day["day"], day["account"]) == (
        "North",
        "2026-10-06",
        cast.accounts["captain"],
    )
    assert day["days"] == ["2026-10-05", "2026-10-06"]
    (post,) = day["posts"]
    assert (post["title"], post["bring"], post["timezone"]) == ("Cut rice", "gloves", "Asia/Seoul")
    assert [one["name"] for one in post["outputs"]] == ["Rice"]
    (minji,) = post["crew"]
    assert (minji["given_name"], minji["state"]) == ("Minji", "accepted")
    assert minji["code"] == badge_code(cast.placements["Minji"])
    assert "example.org" not in answer.text
    again = captain.get(f"/captain/{cast.teams['North']}/day.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_each_act_is_done_once_in_the_phones_order(captain: Client, cast: Cast) -> None:
    placement, post, rice = cast.placements["Minji"], cast.posts["North"], cast.indicators["rice"]
    size = ledger.size()
    acts = [
        act("check_in", 1, badge=f"https://dure.example.org/captain/badge/{badge_token(placement)}/"),
        act("work", 2, at=SHIFT + timedelta(hours=4), post_id=post, minutes=240, output={str(rice): "31"}),
        act("check_in", 3, at=SHIFT + timedelta(hours=5), code=badge_code(placement).lower()),
    ]
    late = SHIFT + timedelta(hours=8)

    with time_machine.travel(late, tick=False):
        first = send(captain, cast, *acts, at=late)
        again = send(captain, cast, *acts, at=late)

    assert outcomes(first) == ["done", "done", "known"]
    assert outcomes(again) == ["known", "known", "known"]
    assert ledger.size() == size + 2
    done = matching.placement_for(SYSTEM, placement)
    assert (done.state, done.checked_in_at) == ("done", SHIFT)
    assert done.checked_out_at == SHIFT + timedelta(hours=4)


def test_whose_session_ended_is_told_so_and_nothing_is_done(captain: Client, cast: Cast) -> None:
    came = act("check_in", 1, placement_id=cast.placements["Minji"])
    day, acts = (f"/captain/{cast.teams['North']}/{name}.json" for name in ("day", "acts"))

    nobody = send(Client(enforce_csrf_checks=True), cast, came)
    another = send(visitor("other captain", cast), cast, came)
    other_queue = send(captain, cast, came, account=cast.accounts["other captain"])

    assert (nobody.status_code, nobody.json()["error"]) == (401, "sign_in")
    assert (another.status_code, another.json()["error"]) == (404, "not_found")
    assert (other_queue.status_code, other_queue.json()["error"]) == (401, "sign_in")
    assert Client().get(day).status_code == 401
    assert state(cast) == "accepted"
    for body in (
        "",
        "[]",
        "{",
        '{"sent_at": 1, "acts": []}',
        "[" * 100_000,
        '{"sent_at": "2026-10-06", "acts": 1}',
    ):
        answer = captain.post(acts, body, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]) == (422, "bad_input")
    too_many = send(captain, cast, *[{"id": str(n)} for n in range(10_000)])
    assert (too_many.status_code, too_many.json()["error"]) == (413, "acts_too_many")
    too_large = captain.post(acts, "x" * 3_000_000, content_type="application/json")
    assert (too_large.status_code, too_large.json()["error"]) == (413, "too_large")


def test_a_stale_token_is_told_with_a_new_one(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    account = Account.objects.get(pk=cast.accounts["captain"])
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    came = act("check_in", 1, placement_id=cast.placements["Minji"])

    stale = send(client, cast, came)
    day = client.get(f"/captain/{cast.teams['North']}/day.json")
    body = json.dumps({"sent_at": SHIFT.isoformat(), "acts": [came]})
    done = client.post(
        f"/captain/{cast.teams['North']}/acts.json",
        body,
        content_type="application/json",
        headers={"X-CSRFToken": day.json()["csrf"]},
    )
    # A deputy whose time ran out gets no day any more, but what they did is taken.
    known = client.post(
        f"/captain/{cast.teams['North']}/acts.json",
        body,
        content_type="application/json",
        headers={"X-CSRFToken": stale.json()["csrf"]},
    )
    assert outcomes(known) == ["known"]

    assert (stale.status_code, stale.json()["error"]) == (403, "token")
    assert outcomes(done) == ["done"]
    # Whoever signs in anew has another token, so the day is another one too.
    client.logout()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    again = client.get(f"/captain/{cast.teams['North']}/day.json", headers={"If-None-Match": day["ETag"]})
    assert again.status_code == 200


def test_a_full_disk_leaves_everything_on_the_phone(
    captain: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise StorageFull

    came, wrote = act("check_in", 1, placement_id=cast.placements["Minji"]), act("help", 2, words="Help.")
    monkeypatch.setattr("dure.operations.crew.presence.matching.check_in", full)
    assert outcomes(send(captain, cast, came, wrote)) == ["later", "later"]

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("dure.operations.crew.presence.matching.check_in", broken)
    answer = send(captain, cast, came, wrote)
    assert outcomes(answer) == ["refused", "done"]
    assert "fault" not in answer.text
    assert answer.json()["results"][0]["code"] == "act_broke"

"""Pages are made beside the server: by whom, what stays with the server, and what becomes of those who die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

END_S_MAX = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    environment = {name: word for name, word in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "DURE_HOME": str(tmp_path_factory.mktemp("readers")),
        "DJANGO_SETTINGS_MODULE": "dure.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "tests.web.readers_stage"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as server:
        yield server
        server.kill()


@pytest.fixture(scope="module")
def played(server: subprocess.Popen[str]) -> dict[str, Any]:
    assert server.stdout is not None
    told: dict[str, Any] = json.loads(server.stdout.readline())
    return told


def is_alive(pid: str) -> bool:
    with suppress(ProcessLookupError):
        os.kill(int(pid), 0)
        return True
    return False


def test_looks_are_made_by_readers_many_at_a_time(played: dict[str, Any]) -> None:
    assert len(played["readers"]) == 2
    assert played["pid"] not in played["readers"]
    assert played["words"].encode("latin-1").decode() == "q=두레"


def test_what_is_sent_and_files_and_what_streams_stay_with_the_server(played: dict[str, Any]) -> None:
    assert played["sent"] == played["file"] == played["stream"] == played["pid"]


def test_who_acted_is_shown_nothing_from_before(played: dict[str, Any]) -> None:
    first, second, after = played["moments"]
    assert first == second != after


def test_what_is_old_is_renewed_beside_the_readers(played: dict[str, Any]) -> None:
    *before, after = played["renewed"]
    assert len(before) > 1
    assert set(before) == {played["moments"][-1]}
    assert after.split()[0] not in {played["pid"], *played["readers"]}


def test_what_is_known_to_take_long_holds_up_no_reader(played: dict[str, Any]) -> None:
    first, *then = played["long"]
    assert first.split()[0] in played["readers"]
    assert len(then) == 4
    assert {one.split()[0] for one in then} == {played["renewed"][-1].split()[0]}
    assert len(set(then)) == 1
    assert first not in then


def test_too_many_hear_it_at_once_and_who_brings_something_is_let_in(played: dict[str, Any]) -> None:
    status, page, headers = played["full"]
    assert status == "503 Service Unavailable"
    assert headers["Retry-After"] == "5"
    assert '<html lang="ko">' in page
    assert '<meta http-equiv="refresh" content="5">' in page

    status, told, headers = played["full_json"]
    assert (status[:3], headers["Content-Type"]) == ("503", "application/json")
    assert json.loads(told)["code"] == "site_busy"
    assert played["sent_when_full"] == played["pid"]


def test_a_reader_that_died_is_replaced_and_nobody_notices(played: dict[str, Any]) -> None:
    assert len(played["killed"]) == 3
    assert not set(played["killed"]) & {played["pid"], *played["readers"]}


def test_a_page_that_ends_its_readers_does_not_end_the_server(played: dict[str, Any]) -> None:
    assert played["deadly"] == "503 Service Unavailable"


def test_a_reader_that_hangs_is_waited_for_no_longer_and_ends(played: dict[str, Any]) -> None:
    status, hung = played["hung"]
    assert status == "503 Service Unavailable"
    end = time.monotonic() + END_S_MAX
    while is_alive(hung) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(hung)


def test_readers_end_with_the_server_however_it_ends(
    server: subprocess.Popen[str], played: dict[str, Any]
) -> None:
    last = played["killed"][-1]
    assert is_alive(last)
    server.kill()
    server.wait()
    end = time.monotonic() + END_S_MAX
    while is_alive(last) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(last)

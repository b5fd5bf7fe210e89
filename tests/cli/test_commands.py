"""The other commands, through the program's own door."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from dure.base import accounts
from dure.base.access import actor_of
from dure.kernel.must import Broken
from dure.movement.campaigns.types import CampaignFacts
from tests.cli.conftest import Dure

Table = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]
NEEDS = "id campaign team town title day starts ends seats tier cause"
PICKING = "n1,harvest-2026,Fields 1,Naju,Picking,2026-10-04,07:00,12:00,1,2,harvest"
PEOPLE = "id given_name birth_year town email consent cover briefing free_from free_to"
FREE = "2026-10-04 06:00,2026-10-04 14:00"
CAMPAIGN = """
[movement]
slug = "neighbours"
name = "Neighbours"
charter = "Nobody's field is left standing."
[campaign]
slug = "{slug}"
name = "Spring"
summary = "Ten days."
area = "KR"
timezone = "Asia/Seoul"
starts_on = 2026-10-01
ends_on = 2026-10-10
[[indicators]]
code = "hours"
kind = "hours"
name = "Hours worked"
unit = "h"
"""


def test_a_campaign_is_made_from_a_file_once_and_opened(
    dure: Dure, valley: CampaignFacts, tmp_path: Path
) -> None:
    path = tmp_path / "spring.toml"
    path.write_text(CAMPAIGN.format(slug="spring"), encoding="utf-8")
    first, second = (
        dure("campaign", "create", path, "--json", "-"),
        dure("campaign", "create", path, "--json", "-"),
    )
    assert (first.code, first.json["state"], first.json["id"]) == (0, "draft", second.json["id"])
    assert dure("campaign", "open", "spring", "--json", "-").json["state"] == "open"
    path.write_text(CAMPAIGN.format(slug="spring").replace("Ten", "Nine"), encoding="utf-8")
    assert "says something else" in dure("campaign", "create", path).err
    path.write_text(CAMPAIGN.format(slug="BAD SLUG").replace("2026-10-10", "2026-09-10"), encoding="utf-8")
    refused = dure("campaign", "create", path)
    assert (refused.code, "campaign.slug" in refused.err, "campaign.ends_on" in refused.err) == (
        1,
        True,
        True,
    )
    path.write_bytes("name = 'Frühling'".encode("cp1252"))
    assert "not written in UTF-8" in dure("campaign", "create", path).err
    assert dure("campaign", "open", "nothing").code == 1


def test_real_towns_are_added_and_an_unknown_country_is_refused(dure: Dure, db: None) -> None:
    added = dure("areas", "add", "kr", "--json", "-").json
    assert (added["path"], added == dure("areas", "add", "KR", "--json", "-").json) == ("/KR/", True)
    assert int(str(added["towns"])) > 100
    assert dure("areas", "add", "XX").code == 1


def test_own_data_go_all_the_way_to_the_standings(dure: Dure, valley: CampaignFacts, table: Table) -> None:
    rows = [
        f"p{n},Ann,19{n},Naju,ann{n}@example.org,yes,policy 1,briefed 2026-10-01,{FREE}" for n in (80, 81)
    ]
    assert dure("import", "people", table("people.csv", PEOPLE, *rows)).code == 0
    assert dure("import", "needs", table("needs.csv", NEEDS, PICKING)).code == 0
    of_day = ("--campaign", "harvest-2026", "--day", "2026-10-04", "--json", "-")
    run = dure("match", "run", *of_day)
    assert run.code == 0, run.err
    matched = run.json["run"]
    assert isinstance(matched, dict)
    assert (matched["placed_count"], matched["gap_units"], matched["state"]) == (1, 0, "published")
    assert dure("match", "show", *of_day).json["unfilled"] == []
    header = "id campaign day team indicator quantity person post"
    work = table("work.csv", header, "w1,harvest-2026,2026-10-03,Fields 1,harvest,12.5,p80,")
    assert dure("record", work, "--json", "-").json["new"] == 1
    verified = dure("ledger", "verify", "--json", "-")
    assert (verified.code, verified.json["sound"], verified.json["size"]) == (0, True, 1)
    note = dure("ledger", "checkpoint").out
    assert dure("ledger", "checkpoint").out == note
    assert dure("ledger", "verify", "--json", "-").json["signed_size"] == 1
    standing = dure("standings", "harvest-2026", "--json", "-")
    assert standing.code == 0, standing.err
    indicators = standing.json["indicators"]
    assert isinstance(indicators, list)
    assert indicators[1]["total"]["claimed_milli"] == 12_500
    leads = dure("ahead", "harvest-2026", "--json", "-")
    assert leads.code == 0, leads.err
    assert '"plan_line"' in leads.out
    again = dure("standings", "harvest-2026", "--recompute", "--json", "-")
    equal = {"entries": 1, "cells": 1, "difference_count": 0, "differences": []}
    assert (again.code, again.json["recomputed"]) == (0, equal), again.err
    summed = dure("ledger", "recompute", "--campaign", "harvest-2026", "--json", "-")
    assert (summed.code, summed.json["difference_count"]) == (0, 0), summed.err
    top = dure("ledger", "ask", "top", "--campaign", "harvest-2026", "--indicator", "harvest", "--json", "-")
    assert '"quantity_milli": 12500' in top.out, top.err
    assert "no question" in dure("ledger", "ask", "wisdom", "--campaign", "harvest-2026").err
    assert dure("match", "settle", *of_day).code == 1  # its last shift isn't over
    with time_machine.travel(datetime(2026, 10, 4, 9, tzinfo=UTC), tick=True):
        settled = dure("match", "settle", *of_day)
    assert (settled.code, settled.json["offers_gone"]) == (0, 1), settled.err


def test_a_day_without_a_run_or_a_date_is_refused(dure: Dure, valley: CampaignFacts) -> None:
    assert dure("match", "show", "--campaign", "harvest-2026", "--day", "2026-10-04").code == 1
    assert "no date" in dure("match", "run", "--campaign", "harvest-2026", "--day", "tomorrow").err
    assert dure("match", "run", "--campaign", "nothing", "--day", "2026-10-04").code == 1
    assert dure("standings", "nothing").code == 1


def test_a_ledger_that_was_touched_is_named_and_exits_1(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    dure("import", "needs", table("needs.csv", NEEDS, PICKING))
    header = "id campaign day team indicator quantity"
    dure("record", table("work.csv", header, "w1,harvest-2026,2026-10-03,Fields 1,harvest,12.5"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_rollup SET quantity_milli = quantity_milli + 1")
    said = dure("ledger", "verify", "--json", "-")
    assert (said.code, said.json["sound"]) == (1, False)
    faults = said.json["faults"]
    assert isinstance(faults, list)
    assert "rollup" in faults[0]["where"]
    assert faults[0]["where"] in said.err
    again = dure("standings", "harvest-2026", "--recompute", "--json", "-")
    assert (again.code, "NOT those of the entries" in again.err) == (1, True)
    assert dure("ledger", "recompute", "--campaign", "harvest-2026").code == 1


def test_an_account_gets_a_role_with_a_reach(dure: Dure, valley: CampaignFacts, table: Table) -> None:
    opened = dure(
        "account",
        "create",
        "o@example.org",
        "--name",
        "O",
        "--role",
        "organiser",
        "--area",
        "KR.16",
        "--json",
        "-",
    )
    assert opened.code == 0, opened.err
    actor = actor_of(account_id=int(str(opened.json["id"])))
    assert (actor.organises("/KR/16/101/"), actor.organises("/KR/13/")) == (True, False)
    assert dure("account", "grant", "o@example.org", "--role", "auditor", "--area", "KR").code == 0
    assert actor_of(account_id=int(str(opened.json["id"]))).audits("/KR/13/")
    for words in (
        ("o@example.org", "--name", "O", "--role", "organiser", "--area", "KR"),  # there already
        ("p@example.org", "--name", "P", "--role", "king", "--area", "KR"),
        ("p@example.org", "--name", "P", "--role", "organiser"),
        ("p@example.org", "--name", "P", "--role", "organiser", "--area", "XX"),
        ("p@example.org", "--name", "P", "--role", "captain", "--team", "7"),
        ("nobody", "--name", "P", "--role", "organiser", "--area", "KR"),
    ):
        assert dure("account", "create", *words).code == 1, words
    assert accounts.account_id_of(email="p@example.org") is None
    assert dure("account", "grant", "p@example.org", "--role", "auditor", "--area", "KR").code == 1


def test_the_outbox_is_sent_until_nothing_is_due(dure: Dure, db: None) -> None:
    nothing = {"sent": 0, "failed": 0, "withheld": 0, "replaced": 0, "later": 0}
    assert dure("outbox", "send", "--json", "-").json == nothing


def test_json_goes_to_a_file_and_an_impossible_one_is_refused_before_the_work(
    dure: Dure, valley: CampaignFacts, table: Table, tmp_path: Path
) -> None:
    path = table("needs.csv", NEEDS, PICKING)
    nowhere = dure("import", "needs", path, "--json", tmp_path / "no" / "answer.json")
    assert (nowhere.code, "can't be written" in nowhere.err) == (1, True)
    said = dure("import", "needs", path, "--json", tmp_path / "answer.json")
    assert "1 new" in said.out
    assert json.loads((tmp_path / "answer.json").read_text())["new"] == 1


def test_breakage_gives_a_sentence_and_a_log_and_a_stop_ends_cleanly(
    dure: Dure, db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DURE_HOME", str(tmp_path))

    def broken(*_: object) -> None:
        raise Broken("two and two are five")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dure.movement.ledger.reads.verify", broken)
    said = dure("ledger", "verify")
    assert (said.code, "Traceback" in said.err, "two and two are five" in said.err) == (1, False, True)
    assert "Traceback" in (tmp_path / "breakage.log").read_text()
    monkeypatch.setenv("DURE_TRACE", "1")
    assert "Traceback" in dure("ledger", "verify").err
    monkeypatch.setattr("dure.movement.ledger.reads.verify", stopped)
    assert dure("ledger", "verify").code == 130


def test_what_breaks_in_a_replay_is_shown_since_its_log_goes_with_it(
    dure: Dure, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Broken("two and two are five")

    monkeypatch.setattr("dure.operations.simulate.replay", broken)
    for name in ("DURE_HOME", "DURE_TRACE"):  # put back as they were, whatever the replay makes of them
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    said = dure("simulate", "england-2020")
    assert (said.code, "Traceback" in said.err, "two and two are five" in said.err) == (1, True, True)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _program(*words: object, home: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", "from dure.cli.main import run; run()", *map(str, words)]
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_the_site_is_served_from_an_empty_home_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    port = _free_port()
    tmp_path.chmod(0o755)  # a folder made by somebody who didn't think of it
    site = _program("serve", "--port", port, home=tmp_path)
    try:
        answered = 0
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    answered = page.status
                break
            except urllib.error.HTTPError as error:
                answered = error.code
                break
            except OSError:
                if site.poll() is not None:
                    break
                time.sleep(0.25)
        assert answered == 200
        taken = _program("serve", "--port", port, home=tmp_path)
        _, words = taken.communicate(timeout=60)
        assert (taken.returncode, "another program listens there" in words) == (1, True)
    finally:
        site.send_signal(signal.SIGINT)
        out, err = site.communicate(timeout=60)
    assert site.returncode == 0, err
    assert "Stopped." in out
    assert "Traceback" not in err
    assert "Preparing the database" in err
    assert (tmp_path / "dure.sqlite3").stat().st_mode & 0o077 == 0


def test_help_starts_neither_django_nor_numpy() -> None:
    told = "import sys, dure.cli.main; print(sorted(m for m in ('django', 'numpy', 'polars') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

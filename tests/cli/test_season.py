"""`dure season …` and `dure challenge …`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.base import accounts
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts, NewIndicator
from dure.movement.people import actions as people
from dure.movement.places import reads as place_reads
from dure.movement.standings.rules_file import parse_rules
from tests.cli.conftest import NOW, Dure
from tests.harvest import HARVEST

FILE = """
population = 0.25
compare_days = 10
[[hardship]]
place = "KR.16"
share = 0.85
words = "Terraces: no machine gets there."
source = "County survey"
source_date = 2026-08-01
"""


@pytest.fixture
def draft(valley: CampaignFacts) -> str:
    new = replace(HARVEST, slug="spring", indicators=(NewIndicator("rice", "output", "Rice", "kg"),))
    return campaigns.create(new=new, now=NOW).slug


def test_rules_are_stated_for_a_draft_and_shown_with_their_digest(
    draft: str, dure: Dure, tmp_path: Path
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(FILE, encoding="utf-8")
    stated = dure("season", "state", draft, file, "--json", "-").json
    assert stated["rules"]["hardships"][0]["permille"] == 850  # type: ignore[index]  # JSON
    shown = dure("season", "show", draft)
    assert "Terraces" in shown.out
    assert str(stated["digest"]) in shown.out
    assert dure("season", "state", "harvest-2026", file).code == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("population = 2", "population"),
        ("population = 0.0005", "population"),
        ("capacity = 1", "capacity"),
        ("speed = 3", "speed"),
        ("compare_days = 1.5", "compare_days"),
        ("hardship = 3", "hardship"),
        ("[[hardship]]\nplace = 'a'", r"hardship\[0\].source_date"),
        ("[[hardship]]\nplace = 'a'\nhow = 'b'", r"hardship\[0\].how"),
        (FILE.replace("0.85", "'much'"), r"hardship\[0\].share"),
        ("population = ", "file"),
    ],
)
def test_a_file_that_can_t_be_used_is_refused_by_its_key(text: str, key: str) -> None:
    with pytest.raises(BadInput, match=key):
        parse_rules(text)


def test_captains_agree_on_a_challenge_and_one_ends_it(valley: CampaignFacts, dure: Dure) -> None:
    area_id = place_reads.by_code("101").id
    teams = [
        people.form_team(key=client_id(b"cli", name), name=name, area_id=area_id, kind="pickers").id
        for name in ("Heron", "Crane")
    ]
    for name, team_id in zip(("heron", "crane"), teams, strict=True):
        account_id = accounts.open_account(email=f"{name}@example.org", name=name)
        accounts.grant(account_id=account_id, role="captain", team_id=team_id)
    heron = ("--by", "heron@example.org", "--team", teams[0])
    days = ("--from", "2026-10-05", "--to", "2026-10-15")
    proposed = dure(
        *("challenge", "propose", "harvest-2026", *heron, "--other", teams[1]),
        *("--indicator", "harvest", *days, "--json", "-"),
    ).json
    number, digest = proposed["id"], proposed["digest"]
    assert dure("challenge", "list", "harvest-2026", "--json", "-").json == {"challenges": []}
    signing = ("challenge", "sign", number, "--digest", digest)
    assert dure(*signing, *heron).code == 1
    assert dure(*signing, "--by", "nobody@example.org", "--team", teams[1]).code == 1
    assert "signed by both" in dure(*signing, "--by", "crane@example.org", "--team", teams[1]).out
    assert "Heron, Crane" in dure("challenge", "list", "harvest-2026").out
    assert "ended on 2026-10-03" in dure("challenge", "end", number, *heron).out

"""An organiser brings own lists in by the desk, mends what was wrong, and takes them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from unittest.mock import Mock
from uuid import UUID

import fastexcel
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.base import undoing
from dure.base.access import SYSTEM, Actor
from dure.base.home import home
from dure.base.models import Job
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.matching import placed
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.people.models import Person
from dure.operations.imports import batches, running
from dure.operations.imports.errors import ImportOver
from tests.web.cast import NOW, TODAY, Cast
from tests.web.visitors import visitor

DESK = "/desk/harvest/import/"
# A list as people keep it: their own words, a birthday, a column nobody needs, a row that is wrong.
OWN = """이름,생년월일,도시,휴대폰,신발
Sora,1991. 3. 4.,Suwon,010-2345-6789,240
Taewoo,1984-11-30,Icheon,010-3456-7890,270
Nobody,1975-01-01,Atlantis,010-4567-8901,265
"""
NEEDS = f"""task,team,city,date,start,end,people,priority,category
Sort apples,Fruit,Suwon,{TODAY + timedelta(days=3)},09:00,13:00,4,1,harvest
Cook,Fruit,Jeonju,{TODAY + timedelta(days=3)},10:00,14:00,2,2,kitchen
"""


def hand_in(client: Client, text: str, *, kind: str = "people", name: str = "own list.csv") -> str:
    """The address of the page to which handing a file in leads."""
    table = SimpleUploadedFile(name, text.encode())
    answer = client.post(DESK, {"kind": kind, "table": table})
    assert answer.status_code == 302, answer.text
    return str(answer["Location"])


def proposed(client: Client, address: str, **said: str) -> dict[str, str]:
    """The form of columns as it was proposed, with what is said besides."""
    form = client.get(address + "?columns").context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "on" if value is True else str(value) for name, value in values.items() if value}
    return sent | said


def bring(client: Client, text: str, *, kind: str = "people", **said: str) -> str:
    address = hand_in(client, text, kind=kind)
    assert client.post(address, proposed(client, address, **said)).status_code == 302
    client.post(address + "run/")
    return address


def names() -> set[str]:
    return set(Person.objects.values_list("given_name", flat=True))


def test_an_own_spreadsheet_is_understood_looked_at_and_read_in(organiser: Client, cast: Cast) -> None:
    address = hand_in(organiser, OWN)
    page = organiser.get(address)
    mapped = organiser.post(address, proposed(organiser, address))

    assert page.context["batch"].places == {"given_name": 0, "birth_year": 1, "town": 2, "phone": 3}
    assert "신발" in page.text  # nothing is taken from it, and that is said
    # Nobody is registered whose agreement isn't stated.
    assert mapped.status_code == 422
    assert "Sora" not in names()

    organiser.post(address, proposed(organiser, address, all_consent="on"))
    looked = organiser.get(address)
    assert "2 of 3 rows can be read in" in looked.text
    assert "Atlantis" in looked.text
    assert "Sora" not in names()

    organiser.post(address + "run/")
    organiser.post(address + "run/")  # pressed twice
    done = organiser.get(address)
    assert {"Sora", "Taewoo"} <= names()
    assert "Nobody" not in names()
    assert "2 rows came in" in done.text
    # Of the birthday the year alone is kept.
    assert Person.objects.get(given_name="Sora").birth_year == 1991


def test_columns_that_do_not_fit_leave_what_was_looked_at_before(organiser: Client, cast: Cast) -> None:
    address = hand_in(organiser, OWN)
    organiser.post(address, proposed(organiser, address, all_consent="on"))
    assert "rows can be read in" in organiser.get(address).text

    unfit = organiser.post(
        address, {"all_consent": "on", "all_skills": "x" * 300}, headers={"Accept-Language": "ko"}
    )
    assert unfit.status_code == 422
    assert unfit.text.count("열을 고르거나, 모든 줄에 똑같은 값을 적어 주십시오.") == 3
    assert 'id="id_at_town_error"' in unfit.text
    assert 'id="id_all_skills_error"' in unfit.text
    assert "2 of 3 rows can be read in" in organiser.get(address).text


def test_what_was_wrong_comes_back_to_be_mended_and_handed_in(organiser: Client, cast: Cast) -> None:
    address = bring(organiser, OWN, all_consent="on")

    wrong = organiser.get(address + "rejected.csv").getvalue().decode("utf-8-sig")
    assert "Nobody" in wrong
    assert "Sora" not in wrong
    bring(organiser, wrong.replace("Atlantis", "Jeonju"))

    assert {"Sora", "Taewoo", "Nobody"} <= names()


def test_a_list_is_taken_back_but_for_whom_somebody_counts_on(organiser: Client, cast: Cast) -> None:
    before = names()
    address = bring(organiser, OWN, all_consent="on")
    page = organiser.get(address)
    assert page.context["may_undo"]

    organiser.post(address + "undo/")

    assert names() == before
    assert "Taken back" in organiser.get(address).text
    # The same file again: they are as new.
    again = bring(organiser, OWN, all_consent="on")
    assert "2 rows came in" in organiser.get(again).text
    assert undoing.last(actor=SYSTEM, campaign_id=cast.campaign_id, now=NOW)


def test_nobody_who_was_here_before_goes_with_a_list(organiser: Client, cast: Cast) -> None:
    first = bring(organiser, OWN, all_consent="on")
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        second = bring(organiser, OWN, all_consent="on")
        assert organiser.get(second).context["batch"].result["known"] == 2

        batch = batches.read(organiser.get(second).context["batch"].id)
        assert running.take_back(batch.id, now=NOW) == {"taken_back": 0, "left": 0}

    assert {"Sora", "Taewoo"} <= names()
    assert organiser.get(first).context["may_undo"]


def test_needs_come_with_what_is_the_same_for_all_and_go_until_their_day_is_matched(
    organiser: Client, cast: Cast
) -> None:
    day = TODAY + timedelta(days=3)
    address = bring(organiser, NEEDS, kind="needs")

    posts = needs.posts_of_day(cast.campaign_id, day)
    assert {post.title for post in posts} == {"Sort apples", "Cook"}
    assert "Teams formed" in organiser.get(address).text

    organiser.post(address + "undo/")
    assert needs.posts_of_day(cast.campaign_id, day) == []

    of_today = NEEDS.replace(str(day), str(TODAY))
    matched = bring(organiser, of_today, kind="needs")
    batch = organiser.get(matched).context["batch"]
    assert batch.result["new"] == 2, batch.result
    assert running.take_back(batch.id, now=NOW) == {"taken_back": 0, "left": 2}


def test_work_is_taken_back_by_withdrawals(organiser: Client, cast: Cast) -> None:
    size = ledger.size()
    text = f"day,team,indicator,quantity\n{TODAY - timedelta(days=1)},North,rice,12\n"
    address = bring(organiser, text, kind="work")
    assert organiser.get(address).context["batch"].result["new"] == 1
    assert ledger.size() == size + 1

    organiser.post(address + "undo/")

    assert ledger.size() == size + 2
    assert ledger.entries(SYSTEM, cast.campaign_id, after_index=size - 1)[0].is_withdrawn


def test_a_list_is_for_whoever_handed_it_in_and_who_organises_all(organiser: Client, cast: Cast) -> None:
    regional = visitor("regional organiser", cast)
    own = hand_in(regional, OWN)

    assert regional.get(own).status_code == 200
    assert organiser.get(own).status_code == 200
    assert regional.get(hand_in(organiser, OWN)).status_code == 404
    for stranger in ("captain", "auditor"):
        assert visitor(stranger, cast).get(own).status_code == 403


def test_who_organises_a_region_brings_nobody_in_elsewhere(cast: Cast) -> None:
    regional = visitor("regional organiser", cast)  # of Jeolla, where Jeonju lies
    address = hand_in(regional, OWN.replace("Atlantis", "Jeonju"))
    regional.post(address, proposed(regional, address, all_consent="on"))

    assert "1 of 3 rows can be read in" in regional.get(address).text


def test_a_list_is_taken_back_by_whoever_handed_it_in_whoever_read_it_in(
    organiser: Client, cast: Cast
) -> None:
    regional = visitor("regional organiser", cast)
    address = hand_in(regional, OWN.replace("Suwon", "Jeonju"))
    regional.post(address, proposed(regional, address, all_consent="on"))

    organiser.post(address + "run/")
    assert "Sora" in names()
    assert "Take it all back" not in organiser.get(address).text
    assert "Take it all back" in regional.get(address).text
    regional.post(address + "undo/", follow=True)
    assert "Sora" not in names()


def test_rows_may_name_the_places_organised_when_they_are_read_in(organiser: Client, cast: Cast) -> None:
    address = hand_in(organiser, OWN)
    organiser.post(address, proposed(organiser, address, all_consent="on"))
    batch = organiser.get(address).context["batch"]

    read = running.start(batch, within=("/KR/03/",), now=NOW)

    assert (read.result["new"], read.result["rejected"]) == (0, 3)


def test_a_need_that_stands_twice_is_told_before_and_after(organiser: Client, cast: Cast) -> None:
    address = hand_in(organiser, NEEDS + NEEDS.splitlines()[1] + "\n", kind="needs")
    organiser.post(address, proposed(organiser, address))
    assert "One row says the same as an earlier one." in organiser.get(address).text

    organiser.post(address + "run/")

    done = organiser.get(address)
    assert "3 rows came in" in done.text
    assert "Same as an earlier row" in done.text


def test_needs_of_another_campaign_are_not_taken(organiser: Client, cast: Cast) -> None:
    address = hand_in(organiser, NEEDS, kind="needs")
    organiser.post(address, proposed(organiser, address, all_campaign="other"))

    looked = organiser.get(address)
    assert "0 of 2 rows can be read in" in looked.text


def test_what_is_no_table_is_refused_and_not_kept(organiser: Client, cast: Cast) -> None:
    before = len(list((home() / "imports").glob("*")))
    for name, text, says in (
        ("photo.csv", "\x89PNG\r\n\x1a\n" + "x" * 50, "it is a PNG picture"),
        ("empty.csv", "given_name,birth_year\n", "holds no rows"),
        ("broken.xlsx", "PK\x03\x04 not a workbook", "damaged"),
    ):
        handed = SimpleUploadedFile(name, text.encode("latin-1"))
        answer = organiser.post(DESK, {"kind": "people", "table": handed})

        assert answer.status_code == 422
        assert says in answer.text
    assert len(list((home() / "imports").glob("*"))) == before


def test_samples_are_read_in_as_they_stand(organiser: Client, cast: Cast) -> None:
    for kind in ("people", "needs", "work"):
        book = organiser.get(f"{DESK}sample/{kind}.xlsx").content
        rows = fastexcel.read_excel(BytesIO(book).getvalue()).load_sheet(0).height
        text = organiser.get(f"{DESK}sample/{kind}.csv").content.decode("utf-8-sig")

        address = bring(organiser, text, kind=kind)

        result = organiser.get(address).context["batch"].result
        assert (result["new"], result["rejected"]) == (rows, 0), result["problems"]


def test_files_go_when_they_were_read_and_drafts_after_a_day(organiser: Client, cast: Cast) -> None:
    read = organiser.get(bring(organiser, OWN, all_consent="on")).context["batch"]
    left = organiser.get(hand_in(organiser, OWN)).context["batch"]

    assert not read.source.exists()
    assert not read.table.exists()
    assert left.source.stat().st_mode & 0o077 == 0
    batches.tidy(NOW + timedelta(days=2))
    assert not left.folder.exists()
    assert read.has_rejected
    batches.tidy(NOW + timedelta(days=15))
    assert not read.has_rejected
    assert read.folder.exists()
    batches.tidy(NOW + timedelta(days=61))
    assert not read.folder.exists()


def test_a_large_list_is_read_by_a_process_of_its_own(
    organiser: Client, cast: Cast, launched: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BYTES_AT_ONCE_MAX", 10)
    address = bring(organiser, OWN, all_consent="on")
    assert "Sora" not in names()
    assert "Being read in" in organiser.get(address).text
    assert organiser.get(address)["Refresh"]

    words = launched[-1]
    batch = organiser.get(address).context["batch"]
    job = running.job_of(batch)
    assert job is not None
    assert words == ["import", "--batch", str(batch.id), "--job", str(job.id)]
    running.carry_on(batch.id, job_id=job.id)

    assert {"Sora", "Taewoo"} <= names()
    assert "2 rows came in" in organiser.get(address).text

    monkeypatch.setattr(running, "TAKEN_BACK_AT_ONCE_MAX", 1)
    organiser.post(address + "undo/")
    assert "Being taken back" in organiser.get(address).text
    assert "Sora" in names()
    running.carry_back(batch.id, job_id=UUID(launched[-1][-1]), now=NOW)
    assert "Sora" not in names()
    assert "Taken back: 2." in organiser.get(address).text


def test_people_of_a_list_who_were_offered_a_post_stay(
    organiser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bring(organiser, OWN, all_consent="on")
    sora = Person.objects.get(given_name="Sora").pk
    monkeypatch.setattr(placed, "people_with_posts", lambda ids: frozenset({sora}) & frozenset(ids))

    organiser.post(address + "undo/")

    assert "Sora" in names()
    assert "Taewoo" not in names()
    assert people.names([sora]) == {sora: "Sora"}
    assert campaigns.campaign_for(Actor(is_system=True), "harvest")


def test_a_reading_that_died_is_begun_again_and_can_still_be_taken_back(
    organiser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names()
    with monkeypatch.context() as small:
        small.setattr(running, "BYTES_AT_ONCE_MAX", 10)
        address = bring(organiser, OWN, all_consent="on")
    with pytest.raises(ImportOver):  # another window
        batch = batches.read(organiser.get(address).context["batch"].id)
        running.start(replace(batch, state="new"), within=("/",), now=NOW)
    Job.objects.update(last_advanced_at=NOW - timedelta(hours=1))

    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        assert "did not come to an end" in organiser.get(address).text
        organiser.post(address + "run/")
        assert "2 rows came in" in organiser.get(address).text
        assert batches.read(batch.id).started_at == batch.started_at
        organiser.post(address + "undo/")

    assert names() == before


def test_what_came_in_before_a_reading_died_can_still_be_taken_back(
    organiser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names()
    address = hand_in(organiser, OWN)
    organiser.post(address, proposed(organiser, address, all_consent="on"))
    batch = organiser.get(address).context["batch"]
    with monkeypatch.context() as last, pytest.raises(KeyboardInterrupt):  # after the last row
        last.setattr(running, "_result", Mock(side_effect=KeyboardInterrupt))
        running.start(batch, within=("/",), now=NOW)
    assert "Sora" in names()

    assert "Nothing new came in." in organiser.post(address + "run/", follow=True).text
    assert "Take it all back" in organiser.get(address).text
    organiser.post(address + "undo/")
    assert names() == before


def test_a_file_that_was_read_in_part_is_thrown_away_in_true_words(
    organiser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = hand_in(organiser, OWN)
    organiser.post(address, proposed(organiser, address, all_consent="on"))
    batch = organiser.get(address).context["batch"]
    with monkeypatch.context() as last, pytest.raises(KeyboardInterrupt):
        last.setattr(running, "_result", Mock(side_effect=KeyboardInterrupt))
        running.start(batch, within=("/",), now=NOW)

    said = organiser.post(address + "forget/", follow=True).text
    assert "What came in of it stands." in said
    assert "nothing of it was read in" not in said
    assert (
        "nothing of it was read in" in organiser.post(hand_in(organiser, OWN) + "forget/", follow=True).text
    )


def test_what_is_wrong_with_many_rows_is_said_once(organiser: Client, cast: Cast) -> None:
    rows = "".join(f"Cook,Fruit,Suwon,32 May,09:00,13:00,{n},1,kitchen\n" for n in range(1, 8))
    address = hand_in(organiser, NEEDS.splitlines()[0] + "\n" + rows, kind="needs")
    organiser.post(address, proposed(organiser, address))
    page = organiser.get(address)

    (days,) = [one for one in page.context["problems"] if "32 May" in one["what"]]
    assert (days["rows"], days["more"]) == ([2, 3, 4, 5], 3)


def test_a_file_thrown_away_leads_back_to_the_form_for_its_kind(organiser: Client, cast: Cast) -> None:
    address = hand_in(organiser, NEEDS, kind="needs")
    back = organiser.post(address + "forget/")

    assert back["Location"] == DESK + "?what=needs"


def test_a_list_saved_by_an_older_excel_is_read_and_it_is_said_how(organiser: Client, cast: Cast) -> None:
    table = "성명;생년월일;거주지\n김민수;1992;Suwon\n".encode("cp949")
    handed = {"kind": "people", "table": SimpleUploadedFile("명단.csv", table)}
    page = organiser.get(organiser.post(DESK, handed)["Location"])

    assert "김민수" in page.text
    assert "It was saved as CP949 (Korean Windows, also called EUC-KR)" in page.text

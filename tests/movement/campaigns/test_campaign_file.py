"""The campaign file: everything that is wrong, at once, by key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.movement.campaigns.errors import CampaignFileBad
from dure.movement.campaigns.reads import parse_campaign_file

EXAMPLE = Path(__file__).parents[3] / "examples" / "harvest.toml"
GOOD = EXAMPLE.read_text(encoding="utf-8")


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(CampaignFileBad) as no:
        parse_campaign_file(text, "harvest.toml")
    found = no.value.facts["problems"]
    if not isinstance(found, tuple):
        raise TypeError(found)
    assert no.value.facts["count"] == len(found)
    assert all(line in str(no.value) for line in found)
    return found


def swapped(old: str, new: str) -> str:
    if old not in GOOD:
        raise LookupError(old)
    return GOOD.replace(old, new, 1)


def test_the_example_is_a_campaign() -> None:
    new = parse_campaign_file(GOOD, "harvest.toml")

    assert (new.slug, new.area, new.timezone) == ("harvest-2026", "KR", "Asia/Seoul")
    assert (new.starts_on, new.ends_on) == (date(2026, 11, 1), date(2027, 11, 30))
    assert [indicator.kind for indicator in new.indicators] == ["hours", "output", "goods"]
    assert new.targets[1].plan_milli == 61_500_500  # 61500.5, exactly
    assert new.targets[1].rated_capacity_milli is None
    assert new.synthetic_label == ""


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse_campaign_file("\ufeff" + GOOD, "x") == parse_campaign_file(GOOD, "x")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[movement]", "[movment]", "movment: is no known table; expected one of movement, campaign, "),
        ('slug = "harvest-2026"', 'slug = "Harvest 2026"', "campaign.slug: 'Harvest 2026' is no slug"),
        ('slug = "harvest-2026"', "", "campaign.slug: is missing; expected a text in quotes"),
        ('name = "Harvest 2026/27"', "name = 2026", "campaign.name: is a number; expected a text"),
        ('name = "Harvest 2026/27"', 'name = " "', "campaign.name: is empty; expected a text"),
        (
            'area = "KR"',
            'area = "KR"\nrotation = 1',
            "campaign.rotation: people can't rest in so many parts; ex",
        ),
        (
            'area = "KR"',
            'area = "KR"\nrotation = 2.5',
            "campaign.rotation: people can't rest in so many parts",
        ),
        (
            'area = "KR"',
            'area = "KR"\nrotation = 13',
            "campaign.rotation: people can't rest in so many parts",
        ),
        ("Asia/Seoul", "Asia/Soul", "campaign.timezone: 'Asia/Soul' is no known timezone; expected an IANA"),
        ("Asia/Seoul", "../etc/passwd", "campaign.timezone: '../etc/passwd' is no known timezone"),
        ("Asia/Seoul", "Asia", "campaign.timezone: 'Asia' is no known timezone"),
        ("ends_on = 2027-11-30", "ends_on = 2026-09-09", "campaign.ends_on: 2026-09-09 is before starts_on"),
        ("ends_on = 2027-11-30", "ends_on = 2126-11-09", "campaign.ends_on: the campaign lasts 36533 days"),
        ("ends_on = 2027-11-30", 'ends_on = "soon"', "campaign.ends_on: 'soon' is no date; expected a date"),
        ("ends_on = 2027-11-30", "ends_on = 2027-11-30T10:00:00", "campaign.ends_on: is a date with a time"),
        ('kind = "hours"', 'kind = "joy"', "indicators[0].kind: 'joy' is no kind of indicator; expected \""),
        ('unit = "kg"', 'unit = ""', "indicators[1].unit: is empty; expected a text"),
        ('kind = "goods"', 'kind = "saving"', "indicators[2].saves: '' is no output that is added up; expec"),
        (
            'kind = "goods"',
            'kind = "saving"\nsaves = "harvest"',
            "indicators[2].unit: 'harvest' is counted in kg; expected the same unit",
        ),
        (
            'kind = "goods"',
            'kind = "goods"\nsaves = "harvest"',
            "indicators[2].saves: it is no saving; expec",
        ),
        (
            'code = "harvest"',
            'code = "hours"',
            "indicators[1].code: 'hours' is the code of indicators[0] too",
        ),
        ("plan = 128_000", "plan = 0", "targets[0].plan: is zero; expected a quantity above zero"),
        ("plan = 128_000", "plan = -1.5", "targets[0].plan: is negative; expected a quantity above zero"),
        ("plan = 128_000", "plan = 0.0001", "targets[0].plan: '0.0001' has too many decimals; expected at"),
        ("plan = 128_000", "plan = true", "targets[0].plan: is true or false; expected a number such as"),
        ("plan = 128_000", "plan = 1e30", "targets[0].plan: '1E+30' is too large; expected at most 1,000,"),
        ("plan = 128_000", "plan = nan", "targets[0].plan: 'NaN' is not a number; expected a number such"),
        ("baseline = 104_500", "baselin = 3", "targets[0].baselin: is no known key; expected one of area, "),
        ("deadline = 2027-10-31", "deadline = 2027-12-31", "targets[1].deadline: 2027-12-31 lies outside"),
        ('indicator = "hours"', 'indicator = "x"', "targets[2].indicator: 'x' is no indicator of this camp"),
        ('source = "Town office, crop declaration"', "", "targets[1].source: is missing; expected a text"),
        ('area = "1840536"', 'area = "1842939"', "targets[1].area: targets[0] is for the same indicator"),
        ('charter = """', 'charter = 3\nx = """', "movement.charter: is a number; expected a text in quotes"),
    ],
)
def test_a_problem_names_file_key_fault_and_what_is_expected(old: str, new: str, line: str) -> None:
    assert any(found.startswith(f"harvest.toml: {line}") for found in problems(swapped(old, new))), problems(
        swapped(old, new)
    )


def test_savings_are_booked_apart_in_the_unit_of_their_output_and_never_planned() -> None:
    text = GOOD.replace('kind = "goods"', 'kind = "saving"\nsaves = "harvest"').replace('"piece"', '"kg"')

    assert parse_campaign_file(text, "harvest.toml").indicators[2].saves == "harvest"
    (line,) = problems(text.replace('indicator = "hours"', 'indicator = "gifts"'))
    assert line.startswith("harvest.toml: targets[2].indicator: 'gifts' counts savings")


def test_one_fault_is_one_problem() -> None:
    assert len(problems(swapped("ends_on = 2027-11-30", 'ends_on = "soon"'))) == 1
    assert len(problems(swapped('code = "harvest"', "code = 3"))) == 1
    assert len(problems(swapped("plan = 128_000", 'plan = "many"'))) == 1


def test_all_problems_are_told_at_once() -> None:
    text = GOOD.replace("Asia/Seoul", "Mars").replace("plan = 128_000", "plan = 0").replace('"kg"', "[]")

    assert [line.split(": ")[1] for line in problems(text)] == [
        "indicators[1].unit",
        "campaign.timezone",
        "targets[0].plan",
    ]


def test_a_campaign_without_hours_or_output_is_refused() -> None:
    text = (
        GOOD[: GOOD.index("[[indicators]]")] + '[[indicators]]\ncode="g"\nkind="goods"\nname="G"\nunit="kg"\n'
    )

    assert problems(text) == (
        'harvest.toml: indicators: none counts hours or output; expected at least one of kind "hours" or "output"',
    )


@pytest.mark.parametrize("text", ["", "campaign = 3", "indicators = 3\ntargets = [1]", "[campaign\n", "\x00"])
def test_what_is_no_campaign_is_refused_with_words(text: str) -> None:
    assert all(line.startswith("harvest.toml: ") for line in problems(text))


def test_a_syntax_fault_says_where() -> None:
    (line,) = problems("[campaign]\nname = \n")

    assert "line 2" in line


def test_an_enormous_file_is_refused_unread() -> None:
    (line,) = problems("#" * (32 * 1024 * 1024 + 1))

    assert "too large" in line


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(CampaignFileBad):
        parse_campaign_file(text, "any.toml")


@given(st.data())
def test_no_mangled_example_breaks_the_reader(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    drop = data.draw(st.integers(0, 40))
    put = data.draw(st.text(max_size=10))
    try:
        parse_campaign_file(GOOD[:at] + put + GOOD[at + drop :], "any.toml")
    except CampaignFileBad as no:
        assert no.facts["count"]  # noqa: PT017 - either answer is right, a crash is not

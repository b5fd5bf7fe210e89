import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kernel.ids import client_id, fingerprint
from dure.kernel.quantities import QUANTITY_MILLI_MAX, parse_milli, parse_typed_milli, show_milli
from dure.kernel.refusals import BadInput


@pytest.mark.parametrize(
    ("text", "milli"),
    [("7.25", 7250), (" 0.001", 1), ("-3", -3000), ("1000000000000", QUANTITY_MILLI_MAX), ("1e3", 10**6)],
)
def test_a_number_becomes_milli_units_exactly(text: str, milli: int) -> None:
    assert parse_milli(text, where="quantity") == milli


@pytest.mark.parametrize(
    "text", ["", "seven", "1.2345", "NaN", "inf", "1e999999999", "1,5", "1000000000000.001"]
)
def test_what_is_no_such_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput) as no:
        parse_milli(text, where="quantity")
    assert no.value.facts["where"] == "quantity"


@given(st.integers(-QUANTITY_MILLI_MAX, QUANTITY_MILLI_MAX))
def test_what_is_shown_reads_back_the_same(milli: int) -> None:
    assert parse_milli(show_milli(milli).replace(",", ""), where="quantity") == milli


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("1 200", 1_200_000),
        (" -1,234,567.5 ", -1_234_567_500),
        ("7,25", 7250),
        ("0,500", 500),
        ("1200,5", 1_200_500),
    ],
)
def test_a_typed_number_may_have_commas_that_mean_one_thing(text: str, milli: int) -> None:
    assert parse_typed_milli(text, where="quantity") == milli


@pytest.mark.parametrize("text", ["12,00,000", "1,2345", "1.000,5", "12,", ",5", "1200,500", "1,000,00"])
def test_a_typed_number_with_other_commas_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_typed_milli(text, where="quantity")


def test_a_typed_number_that_may_mean_two_things_is_refused_with_both() -> None:
    with pytest.raises(BadInput) as no:
        parse_typed_milli("12,000", where="quantity")
    assert no.value.facts["what"] == "'12,000' may be 12000 or 12.000"


def test_an_id_depends_on_every_part() -> None:
    ids = {
        client_id(b"seed", 1, "a"),
        client_id(b"seed", 1, "b"),
        client_id(b"seee", 1, "a"),
        client_id(b"seed", "1a"),
    }
    assert len(ids) == 4
    assert client_id(b"seed", 1, "a") in ids


def test_a_fingerprint_ignores_order_and_nothing_else() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})

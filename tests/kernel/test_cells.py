import pytest

from dure.kernel.cells import as_cell


@pytest.mark.parametrize("text", ["=1+1", "+82", "-3 kg", "@here", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_reckon_is_shown_instead(text: str) -> None:
    assert as_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "North", "sack of 80 kg", "a=b", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert as_cell(text) == text

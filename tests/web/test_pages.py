from __future__ import annotations

import pytest
from django.test import Client

from tests.web.cast import Cast

PUBLIC = ("", "map/", "standings/", "practices/", "thanks/", "check/", "join/", "give/")


@pytest.mark.parametrize("page", PUBLIC)
def test_every_public_page_opens_for_everybody_and_says_that_it_is_simulated(cast: Cast, page: str) -> None:
    response = Client().get(f"/c/harvest/{page}")

    assert response.status_code == 200
    assert "Nobody here exists." in response.text

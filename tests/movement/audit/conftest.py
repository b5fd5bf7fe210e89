from __future__ import annotations

import pytest

from tests.movement.ledger.village import Village, build


@pytest.fixture
def village(db: None) -> Village:
    return build()

from __future__ import annotations

import pytest

from dure.movement.audit import actions
from dure.movement.audit.types import LotFacts
from tests.movement.audit.lots import EVENING, committed, worked
from tests.movement.ledger.village import Village, build


@pytest.fixture
def village(db: None) -> Village:
    return build()


@pytest.fixture
def drawn(village: Village) -> LotFacts:
    lot = committed(village)
    worked(village)
    return actions.draw_lot(lot_id=lot.id, now=EVENING)

"""Makes a data folder with the village and some entries in it; prints the village's ids."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django must be set up first

from dure.movement.ledger import actions  # noqa: E402
from tests.movement.ledger.village import NOW, build  # noqa: E402

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    village = build()
    count = int(sys.argv[1])
    actions.record(entries=[village.entry(number) for number in range(count)], now=NOW)
    actions.sign_checkpoint(now=NOW)
    sys.stdout.write(json.dumps(asdict(village)))

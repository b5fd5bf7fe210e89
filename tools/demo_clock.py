"""The site on the demo's open day: the WSGI door with the clock set to that morning, and running from there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine

# Half an hour before the first large shift of the open day; after the match, when captains check people in.
SHOWN_AT = datetime(2026, 10, 8, 7, 52, tzinfo=ZoneInfo("Asia/Seoul"))

time_machine.travel(SHOWN_AT, tick=True).start()

from dure.config.wsgi import application as application  # noqa: E402  the clock is set first

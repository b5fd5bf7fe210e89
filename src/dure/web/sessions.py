"""Sessions as Django keeps them in the database; only that one is found is said in SQL once (``base.asked``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from dure.base.asked import Asked

_FOUND = Asked(
    lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at).values_list("session_data"),
    str,
    datetime,
)


class SessionStore(db.SessionStore):
    """Every page behind a door begins with it."""

    def load(self) -> dict[str, Any]:
        # A cookie may say anything; PostgreSQL takes no NUL in a text.
        is_one = "\x00" not in str(self.session_key)
        found = _FOUND(self.session_key, timezone.now()) if is_one else []
        if not found:
            # As Django does: whoever comes with a session that is over gets a new one.
            self._session_key = None
            return {}
        return self.decode(found[0][0])

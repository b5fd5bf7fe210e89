"""An open campaign with an open and a closed call, and a door to send sign-ups through."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.test import Client

from dure.api.hot_signups import PATH, HotSignUps
from dure.base.access import SYSTEM
from dure.movement.calls import actions as calls
from dure.movement.calls import appeals
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import actions as places
from dure.movement.places.types import CountryRow, TownRow
from dure.operations.intake import Intake
from tests.api.signup_vectors import GOOD
from tests.harvest import HARVEST

NOW = datetime(2026, 10, 6, 0, 30, tzinfo=UTC)  # 09:30 in Seoul
BEFORE = datetime(2026, 10, 5, 1, tzinfo=UTC)
# A week after signing up: the last day to confirm.
LAPSES = date(2026, 10, 13)


def build() -> CampaignFacts:
    places.add_country(
        country=CountryRow("KR", "South Korea"),
        regions=[],
        towns=[TownRow("suwon", "Suwon", "수원", "13", "Gyeonggi", 37.26, 127.03, 1_190_000)],
    )
    campaigns.create(
        new=HARVEST,
        now=BEFORE,
    )
    campaign = campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=BEFORE)
    for code in ("help", "closed"):
        calls.open_appeal(
            actor=SYSTEM, campaign_id=campaign.id, code=code, title="Lend a hand", text="Come.", now=BEFORE
        )
    appeals.close_appeal(actor=SYSTEM, code="closed", now=BEFORE)
    return campaign


def django_answered(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("204 No Content", [])
    return [b'"django"']


@dataclass
class Door:
    """The hot door; every request comes from a place of its own unless it says."""

    app: HotSignUps
    intake: Intake
    campaign: CampaignFacts

    def post(self, body: bytes | object, **environ: Any) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers of the answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        heard: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            heard.update(status=int(status[:3]), headers=dict(headers))

        asked = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PATH,
            "REMOTE_ADDR": f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1",
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": io.BytesIO(raw),
            **environ,
        }
        (answer,) = self.app(asked, start_response)
        return heard["status"], json.loads(answer), heard["headers"]


def sign_up(**changes: object) -> dict[str, Any]:
    """A good one, of somebody else each time."""
    return {**GOOD, "client_id": str(uuid4()), "email": f"{uuid4().hex[:12]}@example.org", **changes}


def by_ninja(body: bytes) -> tuple[int, Any]:
    answer = Client(REMOTE_ADDR=f"2001:db8:{uuid4().hex[:4]}::1").post(
        PATH, body, content_type="application/json"
    )
    return answer.status_code, answer.json()


def told(status: int, body: Any) -> tuple[int, str]:
    """Status and code, as the vectors name them."""
    assert set(body) == ({"code", "says", "facts"} if status >= 400 else {"receipt", "link", "answer"})
    return status, body.get("code", "")

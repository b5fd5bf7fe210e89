"""The closing reports that were made and sealed; the newest is what is shown, the others stay."""

from __future__ import annotations

from datetime import datetime

from dure.movement.campaigns.models import ClosingReport
from dure.movement.campaigns.types import KeptReport


def keep(*, campaign_id: int, facts: str, digest: str, seal: str, now: datetime) -> None:
    """Keep a report; the same one twice is kept once."""
    row = ClosingReport(campaign_id=campaign_id, facts=facts, digest=digest, seal=seal, made_at=now)
    ClosingReport.objects.bulk_create([row], ignore_conflicts=True)


def is_told(campaign_id: int) -> bool:
    """Whether a report was made."""
    return ClosingReport.objects.filter(campaign_id=campaign_id).exists()


def newest(campaign_id: int) -> KeptReport | None:
    """The report of a campaign that was made last, None before the first."""
    rows = ClosingReport.objects.filter(campaign_id=campaign_id).order_by("-made_at", "-pk")
    row = rows.values_list("facts", "digest", "seal", "made_at").first()
    return KeptReport(*row) if row else None

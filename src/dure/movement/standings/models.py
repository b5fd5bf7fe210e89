"""Tables of standings: what a named person vouched for before a figure over 105 % is shown (F7)."""

from __future__ import annotations

from django.db import models


class DenominatorConfirmation(models.Model):
    """A named person stands by a target's denominator; without it a figure over 105 % is held."""

    target = models.OneToOneField(
        "campaigns.Target", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    plan_milli = models.BigIntegerField()
    confirmed_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"denominator of {self.target_id}"

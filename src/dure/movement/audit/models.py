"""Tables of audit."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Lot(models.Model):
    """A public lot. Its seed is committed before the day closes and shown after the draw."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    commitment = models.CharField(max_length=64)
    seed = models.BinaryField(max_length=32)
    committed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    # The signed state of the log that the lot was drawn from, and where the lot before it ended: each entry is
    # in exactly one lot of its indicator, also what a phone sent late.
    log_from = models.BigIntegerField(null=True, blank=True)
    log_size = models.BigIntegerField(null=True, blank=True)
    log_root = models.BinaryField(max_length=32, null=True, blank=True)
    eligible_count = models.BigIntegerField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "day"], name="lot_one_a_day_and_indicator"),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True)
                | Q(
                    log_root__isnull=False,
                    log_from__isnull=False,
                    log_size__isnull=False,
                    log_from__gte=0,
                    log_size__gte=F("log_from"),
                ),
                name="lot_is_drawn_from_a_signed_log",
            ),
        ]

    def __str__(self) -> str:
        return f"lot of {self.day}"


class Draw(models.Model):
    """An entry the lot drew, its known chance, and the team from elsewhere that recounts it."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    entry_index = models.BigIntegerField()
    # The day of the work: not the lot's where it was recorded late.
    work_day = models.DateField()
    chance_numerator = models.BigIntegerField()
    chance_denominator = models.BigIntegerField()
    # What the entry claimed in the signed log it was drawn from; later corrections don't change it.
    claimed_milli = models.BigIntegerField()
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    checker_team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "entry_index"], name="draw_once_a_lot")]

    def __str__(self) -> str:
        return f"draw of entry {self.entry_index}"


class Recount(models.Model):
    """What the checkers found. The finding is also a confirmation in the ledger."""

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, primary_key=True, related_name="+")
    found_milli = models.BigIntegerField()
    # Empty where the program recorded it for its operator: an import, the demo.
    counted_by = models.ForeignKey(
        "base.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    counted_at = models.DateTimeField()
    confirmation_index = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(found_milli__gte=0), name="recount_is_a_count")]

    def __str__(self) -> str:
        return f"recount of {self.draw_id}"

"""Tables of campaigns."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Movement(models.Model):
    """A lasting cause with a charter; campaigns come and go within it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    charter = models.TextField()

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A common effort with a start, an end and targets."""

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    summary = models.CharField(max_length=500)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    timezone = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # Shown on every page of a simulated campaign; empty for a real one.
    synthetic_label = models.CharField(max_length=160, blank=True)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="campaign_starts_first"),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="campaign_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """What a campaign counts, and in which unit. ``unit_note`` defines a local unit."""

    class Kind(models.TextChoices):
        HOURS = "hours"
        OUTPUT = "output"
        GOODS = "goods"
        MONEY = "money"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.SlugField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20)
    unit_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="indicator_once_a_campaign")]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class Target(models.Model):
    """What a place wants to reach by a day, in milli-units."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    plan_milli = models.BigIntegerField()
    baseline_milli = models.BigIntegerField(null=True, blank=True)
    rated_capacity_milli = models.BigIntegerField(null=True, blank=True)
    deadline = models.DateField()
    # The denominator's date and source are printed when a figure passes 100 % (F7).
    source = models.CharField(max_length=200)
    source_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area"], name="target_once_an_area"),
            models.CheckConstraint(condition=Q(plan_milli__gt=0), name="target_plan_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} at {self.area_id}"

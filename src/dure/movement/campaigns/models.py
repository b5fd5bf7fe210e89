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
    # Why it was closed before its last day; empty when it came to its end.
    closing_reason = models.CharField(max_length=500, blank=True)
    # The acts for which a second organiser's word is asked (``types.TWO_PERSON_ACTS``).
    two_persons = models.JSONField(default=list)
    # People are so many parts, one of which rests each week in turn; 0: nobody does.
    rotation = models.PositiveSmallIntegerField(default=0)
    # The campaign that this one carries on.
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

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


class Break(models.Model):
    """Days without a match and without calls: planned rest, or a pause. Work that was done is recorded all the same."""

    class Kind(models.TextChoices):
        REST = "rest"
        PAUSE = "pause"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    first_day = models.DateField()
    # None: until somebody says that it goes on.
    last_day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    stated_by = models.ForeignKey(
        "base.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "first_day"], name="break_once_a_day"),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")),
                name="break_starts_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.first_day}"


class Indicator(models.Model):
    """What a campaign counts, and in which unit. ``unit_note`` defines a local unit."""

    class Kind(models.TextChoices):
        HOURS = "hours"
        OUTPUT = "output"
        GOODS = "goods"
        MONEY = "money"
        SAVING = "saving"

    class Aggregation(models.TextChoices):
        SUM = "sum"
        LAST = "last"
        PEOPLE = "people"
        COVERAGE = "coverage"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.SlugField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20)
    unit_note = models.CharField(max_length=200, blank=True)
    aggregation = models.CharField(max_length=8, choices=Aggregation.choices, default=Aggregation.SUM)
    # What one person does in a day of work; a limit of safety, not a goal.
    daily_norm_milli = models.BigIntegerField(null=True, blank=True)
    # The indicator of the campaign before that this one carries on, and what was defined anew since.
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_note = models.CharField(max_length=300, blank=True)
    # Of a saving: the output that could be made with what was saved. Booked apart, so that no saving is output.
    saves = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="indicator_once_a_campaign")]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class Target(models.Model):
    """What a place, or a team of it, wants to reach from one day to another, in milli-units."""

    class Split(models.TextChoices):
        STATED = "stated"
        POPULATION = "population"
        CAPACITY = "capacity"
        NEED = "need"

    class BaselineGrade(models.TextChoices):
        CLAIMED = "claimed"
        VERIFIED = "verified"

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    # None: the place's own.
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Which target it is a part of, and by which rule.
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    split = models.CharField(max_length=10, choices=Split.choices, default=Split.STATED)
    starts_on = models.DateField()
    plan_milli = models.BigIntegerField()
    baseline_milli = models.BigIntegerField(null=True, blank=True)
    # A baseline keeps its grade of proof (F3); the lower bound is known where it was verified.
    baseline_grade = models.CharField(
        max_length=8, choices=BaselineGrade.choices, default=BaselineGrade.CLAIMED
    )
    baseline_lower_milli = models.BigIntegerField(null=True, blank=True)
    rated_capacity_milli = models.BigIntegerField(null=True, blank=True)
    deadline = models.DateField()
    # The denominator's date and source are printed when a figure passes 100 % (F7).
    source = models.CharField(max_length=200)
    source_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "starts_on"],
                condition=Q(team__isnull=True),
                name="target_once_an_area",
            ),
            models.UniqueConstraint(
                fields=["indicator", "team", "starts_on"],
                condition=Q(team__isnull=False),
                name="target_once_a_team",
            ),
            models.CheckConstraint(condition=Q(starts_on__lte=F("deadline")), name="target_starts_first"),
            models.CheckConstraint(condition=Q(plan_milli__gt=0), name="target_plan_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} at {self.area_id}"


class ClosingReport(models.Model):
    """What a campaign came to, as it was told and sealed; a later one stands beside it, never in its place."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    # The figures as canonical JSON, its SHA-256 in hex, and the statement about it that the log's key has signed.
    facts = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    seal = models.TextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"closing report {self.digest[:8]}"


class Plea(models.Model):
    """A place or a team argues for another target than the one it was given, and hears by a day (P10)."""

    class Answer(models.TextChoices):
        OPEN = "open"
        AGREED = "agreed"
        DECLINED = "declined"

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="+")
    # What the target was when this was asked; the target's own figure moves when it is agreed.
    plan_milli = models.BigIntegerField()
    wanted_milli = models.BigIntegerField()
    why = models.CharField(max_length=1_000)
    asked_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.OPEN)
    answer_words = models.CharField(max_length=1_000, blank=True)
    answered_by = models.ForeignKey(
        "base.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=Q(answer="open"), name="plea_one_open_a_target"
            ),
            models.CheckConstraint(condition=Q(wanted_milli__gt=0), name="plea_is_positive"),
        ]

    def __str__(self) -> str:
        return f"plea about {self.target_id}"

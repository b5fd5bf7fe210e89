"""Tables of standings: what named people vouched for (F7), and large standings as they were last worked out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


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


class ShownStanding(models.Model):
    """A large campaign's standing as it was last worked out: what pages show. One counts once ``is_ready``."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    # What it was worked out from, and in which form it is kept: another form can't be read any more.
    state = models.CharField(max_length=120)
    form = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    is_ready = models.BooleanField(default=False)
    head = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "is_ready", "id"], name="shown_newest_ready")]

    def __str__(self) -> str:
        return f"standing of {self.campaign_id} on {self.day}"


class ShownPart(models.Model):
    """A page of a shown standing: a place with what lies in it, a hundred teams, where each team stands."""

    standing = models.ForeignKey(ShownStanding, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    # 0: of the whole campaign.
    indicator_id = models.BigIntegerField()
    number = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["standing", "kind", "indicator_id", "number"], name="shown_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.standing_id}"


class SeasonRules(models.Model):
    """What the teams of a campaign are graded by, where its organisers stated it; frozen once it is open (F9)."""

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    # None: by this installation itself, from a file.
    stated_by = models.ForeignKey(
        "base.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"rules of {self.campaign_id}"


class Challenge(models.Model):
    """Two teams agree to emulate each other. A proposal that nobody signed is deleted after ``answer_by``."""

    class Compares(models.TextChoices):
        LEVEL = "level"
        CHANGE = "change"

    client_id = models.UUIDField(unique=True)
    # Of the terms: what both sides sign.
    digest = models.CharField(max_length=64)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    first_team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    second_team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    compares = models.CharField(max_length=8, choices=Compares.choices)
    first_day = models.DateField()
    last_day = models.DateField()
    words = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answer_by = models.DateField()
    # The other side doesn't want to see it any more; whoever proposed it can't tell that from no answer (P3).
    is_set_aside = models.BooleanField(default=False)
    signed_by = models.ForeignKey(
        "base.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    # Ended early, by one side and without a reason; which side isn't kept.
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(first_team=F("second_team")), name="challenge_of_two_teams"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="challenge_starts_first"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True, ended_on__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False, is_set_aside=False),
                name="challenge_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(signed_by=F("proposed_by")) | Q(signed_by__isnull=True),
                name="challenge_signed_by_two",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "last_day"], name="challenge_of_campaign")]

    def __str__(self) -> str:
        return f"{self.first_team_id} and {self.second_team_id} from {self.first_day}"


class SafetyReview(models.Model):
    """A named person looked at work beyond a limit of safety; the newest of a place or team counts, none is dropped."""

    class Limit(models.TextChoices):
        CAPACITY = "capacity"
        NORM = "norm"

    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    # None: the place's own figure.
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    limit = models.CharField(max_length=8, choices=Limit.choices)
    # Of the limit, when it was looked at; far above that it has to be looked at again.
    load_permille = models.BigIntegerField()
    words = models.CharField(max_length=1_000)
    reviewed_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.limit} at {self.area_id}"

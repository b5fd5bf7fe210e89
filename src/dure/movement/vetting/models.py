"""Tables of vetting. What a person hands in is deleted once it was looked at: only who saw what, and when, stays."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Session(models.Model):
    """A briefing or training at a time and place, on which people choose a seat themselves."""

    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=48)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    seats = models.PositiveIntegerField()
    # Raised by whoever takes a seat: it holds the row, so that the last seat goes to one person.
    turn = models.PositiveIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(seats__gte=1), name="session_has_a_seat")]
        indexes = [models.Index(fields=["campaign", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return f"{self.step} at {self.starts_at}"


class Check(models.Model):
    """One step of one person: first their own part, then ours.

    A step is *renewed* once a later row took its place; until then there is one a person.
    """

    class State(models.TextChoices):
        INVITED = "invited"
        HANDED_IN = "handed_in"
        SEEN = "seen"
        PASSED = "passed"
        RENEWED = "renewed"

    # The unique constraint below begins with the person.
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Where they lived when they were invited: who vets that place looks at what they hand in.
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=48)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    invited_at = models.DateTimeField()
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    own_words = models.CharField(max_length=200, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # Why it came back to them; empty once they handed in again.
    sent_back_why = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=80, blank=True)
    first_by = models.BigIntegerField(null=True, blank=True)
    second_by = models.BigIntegerField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "step"], condition=~Q(state="renewed"), name="check_one_stands_a_step"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(first_by=F("second_by")),
                name="check_two_are_two_persons",
            ),
            # The two steps that decide over children's safety never pass on one person's word.
            models.CheckConstraint(
                condition=~Q(state="passed", step__in=("record_check", "clearance"))
                | Q(first_by__isnull=False, second_by__isnull=False),
                name="check_two_persons_where_it_must_be",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "step", "state", "handed_in_at"], name="check_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.person_id}"


class Paper(models.Model):
    """What somebody uploaded, sealed; deleted with the decision on it."""

    step_of = models.OneToOneField(Check, on_delete=models.CASCADE, primary_key=True, related_name="+")
    media_type = models.CharField(max_length=20)
    cipher = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.media_type} for {self.step_of_id}"


class Pace(models.Model):
    """How many people a day the crew says it can take through a step; measured days are believed before it."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    step = models.CharField(max_length=48)
    per_day = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "step"], name="pace_once_a_step")]

    def __str__(self) -> str:
        return f"{self.per_day} a day: {self.step}"

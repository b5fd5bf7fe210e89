"""Tables of calls."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Appeal(models.Model):
    """A call for people; its code tells which call a sign-up answered."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(unique=True)
    title = models.CharField(max_length=160)
    text = models.TextField()
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class SignUp(models.Model):
    """One answer to a call. ``client_id`` is made by the form, so that sending twice signs up once."""

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="+")
    # Empty once the person has left: the count of sign-ups stays, the person does not.
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sign-up {self.client_id}"


class Answer(models.Model):
    """What a person was told, with a date that is kept or corrected before it passes."""

    class Kind(models.TextChoices):
        PLACED = "placed"
        OFFERED = "offered"
        ACCEPTED = "accepted"
        INVITED = "invited"
        RESERVE = "reserve"
        INCOMPLETE = "incomplete"
        NOT_NEEDED = "not_needed"

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=300)
    by_date = models.DateField()
    given_at = models.DateTimeField()
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "campaign"], condition=Q(stands=True), name="answer_one_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"

"""Tables of honours. No personal ranking can be built from them: thanks carry no score."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Thanks(models.Model):
    """A specific thanks to one person for one day: what they did, where, with whom."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey("needs.Post", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person", "day"], name="thanks_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"thanks to {self.person_id}"


class Nomination(models.Model):
    """Somebody put forward for what is easily overlooked. Nothing is shown without their consent."""

    class Kind(models.TextChoices):
        OUTPUT = "output"
        CARE = "care"
        TRANSPORT = "transport"
        COOKING = "cooking"
        PAPERWORK = "paperwork"
        TEACHING = "teaching"

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=500)
    nominated_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(consented_at__isnull=True) | Q(declined_at__isnull=True),
                name="nomination_one_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"nomination of {self.person_id}"

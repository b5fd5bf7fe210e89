"""Tables of practices."""

from __future__ import annotations

from django.db import models


class Practice(models.Model):
    """What a team does differently, with the figures that made somebody look."""

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    what = models.TextField()
    # Output an hour, of this team and of teams like it, as claimed on the day of writing.
    rate_milli_per_hour = models.BigIntegerField()
    like_rate_milli_per_hour = models.BigIntegerField()
    # False where they would tell the hours of fewer than ten people (P9).
    rates_open = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Adoption(models.Model):
    """A team that took a practice up."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "team"], name="adoption_once_a_team")]

    def __str__(self) -> str:
        return f"{self.team_id} adopts {self.practice_id}"

"""Tables of evidence. The pictures themselves lie sealed in the data folder."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Photo(models.Model):
    """A photograph of a post's work. ``digest``: SHA-256 of the picture as it is kept, in hexadecimal digits."""

    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey("needs.Post", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    digest = models.CharField(max_length=64)
    byte_count = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    # The captain wiped clear what shows the work; False: coarsened as a whole.
    wiped = models.BooleanField()
    taken_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    # The captain's account.
    kept_by = models.BigIntegerField(null=True, blank=True)
    # The picture is gone since then; that there was one stays.
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.BigIntegerField(null=True, blank=True)
    gone_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True) | ~Q(gone_why=""), name="photo_gone_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "day"], name="photo_by_team"),
            # Whether a file is still wanted.
            models.Index(fields=["digest"], name="photo_by_digest", condition=Q(gone_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"photo {self.pk} of post {self.post_id}"

"""Tables of places."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Area(models.Model):
    """A country, region or town. ``path`` lists the ids from the root: rights go down it."""

    class Kind(models.TextChoices):
        COUNTRY = "country"
        REGION = "region"
        TOWN = "town"

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Outside's id for the place (GeoNames for the demo), so that importing twice changes nothing.
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_local = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=200, unique=True)
    lat = models.FloatField()
    lon = models.FloatField()
    population = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="area_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(kind="country"),
                name="area_country_is_a_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name

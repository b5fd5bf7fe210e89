"""Tables of the ledger. A database trigger refuses update and delete of entries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PersonKey(models.Model):
    """Who stands behind a key that means nothing outside. Deleted when the person leaves.

    ``key`` is taken from the person commitment (``keys.person_key_hex``), so that entries stay checkable
    to the last byte when this row, and the salt with it, is gone.
    """

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    salt = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "campaign"], name="person_key_one_a_campaign"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class Entry(models.Model):
    """One contribution, appended and never changed. ``index`` is its place in the log, from 0.

    The columns are the facts of ``dure.engine.log.EntryFacts``; ``leaf_hash`` binds them.
    """

    index = models.BigIntegerField(primary_key=True)
    client_id = models.UUIDField(unique=True)
    kind = models.PositiveSmallIntegerField()
    grade = models.PositiveSmallIntegerField()
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    indicator = models.ForeignKey(
        "campaigns.Indicator", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(
        "needs.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    work_day = models.DateField()
    quantity_milli = models.BigIntegerField()
    # Index of the entry this one corrects, confirms or withdraws.
    points_at = models.BigIntegerField(null=True, blank=True)
    recorded_at_ms = models.BigIntegerField()
    note = models.CharField(max_length=500, blank=True)
    # Not a foreign key: the key outlives the person's row and then means nothing.
    person_key = models.UUIDField(null=True, blank=True, db_index=True)
    person_commitment = models.BinaryField(max_length=32)
    entry_salt = models.BinaryField(max_length=16)
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        # Each index costs every append. Foreign keys have none of their own: teams and areas with
        # entries are never deleted.
        indexes = [
            models.Index(fields=["campaign", "team", "work_day"], name="entry_by_team_day"),
            models.Index(fields=["indicator", "work_day"], name="entry_by_indicator_day"),
            models.Index(
                fields=["points_at"], name="entry_by_points_at", condition=Q(points_at__isnull=False)
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(index__gte=0), name="entry_index_is_a_count")]

    def __str__(self) -> str:
        return f"entry {self.index}"


class Rollup(models.Model):
    """Sums by campaign, team, indicator and day of work, written with the entries they sum."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    work_day = models.DateField()
    n = models.BigIntegerField(default=0)
    quantity_milli = models.BigIntegerField(default=0)
    # Goods and money that left again; what came in stays counted above.
    out_milli = models.BigIntegerField(default=0)
    n_recounted = models.BigIntegerField(default=0)
    # What those recounts found, and what had been claimed for the same entries.
    recounted_milli = models.BigIntegerField(default=0)
    recounted_claim_milli = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "team", "area", "indicator", "work_day"], name="rollup_once_a_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"rollup {self.team_id} {self.work_day}"


class Tile(models.Model):
    """A C2SP hash tile: up to 256 hashes of one level, 32 bytes each."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="tile_once")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.number}"


class Checkpoint(models.Model):
    """A signed state of the log: the note is what outsiders verify."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at_ms = models.BigIntegerField()
    # The note has no room for the time, so the log's key signs note and time once more.
    time_signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"

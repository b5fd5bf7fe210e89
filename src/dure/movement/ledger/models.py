"""Tables of the ledger. Database triggers refuse to change an entry, or to drop one outside a sealed day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


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

    Rows of a sealed day are dropped once its files are verified and signed (``SealedDay``). The columns are the
    facts of ``dure.engine.log.EntryFacts``; ``leaf_hash`` binds them.
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
    """Sums by campaign, team, indicator and day of work, written with the entries they sum.

    No index but the one that begins with campaign and team: each would be written for every new cell of every batch.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(
        "campaigns.Indicator", on_delete=models.PROTECT, related_name="+", db_index=False
    )
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


class Stock(models.Model):
    """What came to a place, was handed on from it and was lost there, of goods or money an indicator counts.

    In stock is ``received - issued - lost`` (F6). ``append`` writes it with the entries it sums.
    """

    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    received_milli = models.BigIntegerField(default=0)
    issued_milli = models.BigIntegerField(default=0)
    lost_milli = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area"], name="stock_once_a_place"),
            models.CheckConstraint(
                condition=Q(
                    issued_milli__gte=0,
                    lost_milli__gte=0,
                    received_milli__gte=F("issued_milli") + F("lost_milli"),
                ),
                name="stock_is_not_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"stock of {self.indicator_id} at {self.area_id}"


class LogDay(models.Model):
    """Where a day of entering the log (UTC) begins: its entries end where the next mark begins."""

    day = models.DateField(primary_key=True)
    first_index = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day} from {self.first_index}"


class SealedDay(models.Model):
    """A day of the log whose files are written, verified and signed. Rows may be dropped in none else."""

    class State(models.IntegerChoices):
        SEALED = 1  # all rows still stand here as well
        DROPPING = 2  # some rows may be gone: the files count
        DROPPED = 3
        RESTORING = 4  # some rows may be back: the files count

    day = models.DateField(primary_key=True)
    first_index = models.BigIntegerField(unique=True)
    end_index = models.BigIntegerField()
    state = models.PositiveSmallIntegerField(choices=State.choices)
    # The signed note in the day's folder; it binds the files by their digests.
    note = models.TextField()

    class Meta:
        # At most one day is being dropped, and the trigger asks for it at every row.
        indexes = [models.Index(fields=["state"], name="sealed_day_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_index__gt=F("first_index")), name="sealed_day_holds_entries"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="sealed_day_is_signed"),
        ]

    def __str__(self) -> str:
        return f"sealed {self.day}"


class SealedId(models.Model):
    """The client's id of an entry whose row was dropped, kept so that it is never recorded twice."""

    client_id = models.UUIDField(primary_key=True)
    index = models.BigIntegerField()

    def __str__(self) -> str:
        return f"sealed id of {self.index}"


class Said(models.Model):
    """How a contribution stands that something was said about. ``grades``: bit ``1 << grade`` of each given."""

    index = models.BigIntegerField(primary_key=True)
    standing_milli = models.BigIntegerField()
    is_withdrawn = models.BooleanField(default=False)
    grades = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"said of {self.index}"


class Seen(models.Model):
    """How many contributions of a person went with the rows dropped, less the withdrawals among these rows.

    With the rows that stand it gives distinct people: whoever's sum is above 0. It may be below 0 alone, when a
    withdrawal is dropped and what it withdrew is not. No constraints of the database: rollups hold the same keys,
    and a nation's people come by every day.
    """

    pk = models.CompositePrimaryKey("campaign_id", "indicator_id", "team_id", "area_id", "person_key")
    campaign = models.ForeignKey(
        "campaigns.Campaign", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    indicator = models.ForeignKey(
        "campaigns.Indicator", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    team = models.ForeignKey(
        "people.Team", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    area = models.ForeignKey(
        "places.Area", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person_key = models.UUIDField()
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"seen {self.person_key}"


class LogOrigin(models.Model):
    """A name under which the log went on after a loss; the first name has no row.

    ``number`` counts losses from 1. The log of this name begins with the ``base_size`` entries that stood here
    then; of the old one the first ``kept_size`` are kept, and up to ``lost_end`` are missing. A checkpoint of size c
    belongs to the newest name whose ``base_size`` lies below c; the one at ``base_size`` itself is ``first_note``.
    """

    number = models.PositiveIntegerField(primary_key=True)
    origin = models.CharField(max_length=200, unique=True)
    statement = models.TextField()
    first_note = models.TextField()
    base_size = models.BigIntegerField()
    base_root = models.BinaryField(max_length=32)
    kept_size = models.BigIntegerField()
    lost_end = models.BigIntegerField()
    started_at_ms = models.BigIntegerField()
    time_signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(base_size__gte=F("kept_size"), lost_end__gt=F("kept_size")),
                name="log_origin_kept_what_stands",
            ),
        ]

    def __str__(self) -> str:
        return self.origin


class Witness(models.Model):
    """Whose cosignatures are taken and shown; ``url``: where it can be asked, empty when it only comes by itself."""

    name = models.CharField(max_length=200, primary_key=True)
    verifier_key = models.CharField(max_length=300, unique=True)
    url = models.CharField(max_length=300, blank=True)
    trusted_at_ms = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """The newest line by which a witness cosigned a checkpoint (cosignature/v1)."""

    origin = models.CharField(max_length=200)
    size = models.BigIntegerField()
    witness = models.ForeignKey(Witness, models.CASCADE, related_name="+", db_index=False)
    line = models.TextField()
    cosigned_at_s = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "size", "witness"], name="cosignature_once_a_witness"),
        ]

    def __str__(self) -> str:
        return f"cosignature at {self.size}"

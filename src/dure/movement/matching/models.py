"""Tables of matching."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Run(models.Model):
    """One solve of a day: digest of its input, its figures and its proof. No personal input is kept."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    round = models.PositiveSmallIntegerField(default=1)
    input_digest = models.CharField(max_length=64)
    people_count = models.PositiveIntegerField()
    posts_count = models.PositiveIntegerField()
    pairs_count = models.BigIntegerField()
    standing_count = models.PositiveIntegerField(default=0)
    placed_count = models.PositiveIntegerField()
    seats_by_tier = models.JSONField()
    filled_by_tier = models.JSONField()
    value = models.BigIntegerField()
    # No placement can be worth more: in whole units, and in 1/price_scale of one as it was proven.
    bound = models.BigIntegerField()
    bound_scaled = models.BigIntegerField(default=0)
    # A seat of tier 1, 2, 3 is worth 3W, 2W, W; this is W.
    tier_unit = models.BigIntegerField(default=0)
    cost_units = models.BigIntegerField()
    travel_mean_m = models.PositiveIntegerField()
    # The posts that were solved, their seats and prices, by post id: int64, int32 and int64, little-endian.
    # Prices are in 1/price_scale of a unit.
    post_ids = models.BinaryField()
    seats = models.BinaryField()
    prices = models.BinaryField()
    price_scale = models.PositiveIntegerField(default=1)
    # The tier proofs, (3, posts) bits packed with the first post in the highest bit.
    closed = models.BinaryField()
    solved_at = models.DateTimeField()
    # Every offer is written. Until then nobody sees the run, and publishing it is refused.
    complete = models.BooleanField(default=False)
    # Somebody matches the round anew, so this one goes; its writer, if it still lives, can't complete it.
    dropped = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    # The offers can be answered until then.
    expires_at = models.DateTimeField(null=True, blank=True)
    # Notices are queued in the order of persons: up to this id, and since when all are. Empty once told.
    told_to = models.BigIntegerField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "day", "round"], name="run_one_a_round"),
            models.CheckConstraint(condition=Q(bound__gte=F("value")), name="run_bound_holds"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(complete=True, expires_at__isnull=False),
                name="run_is_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"run of {self.day}, round {self.round}"


class Offer(models.Model):
    """A post offered to a person. Visible once its run is published; gone when the day is settled
    unless accepted, so that who declined and who was never asked leave the same rows (P3)."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"

    # A million are written a morning. The unique index below begins with the run: no second one for it. PostgreSQL
    # would look up run and post for each of them, which takes as long as the rest: the writer holds the run
    # itself, and a post is cancelled, never deleted.
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    post = models.ForeignKey("needs.Post", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    travel_m = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="offer_one_a_run")]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class Placement(models.Model):
    """A person on a seat. ``request_id`` is made by the phone: asking twice takes one seat."""

    class State(models.TextChoices):
        ACCEPTED = "accepted"
        PRESENT = "present"
        DONE = "done"
        NO_SHOW = "no_show"
        WITHDRAWN = "withdrawn"

    request_id = models.UUIDField(unique=True)
    post = models.ForeignKey("needs.Post", on_delete=models.PROTECT, related_name="+")
    # Empty once the person has left; what was worked stays counted.
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    day = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    accepted_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_out_at = models.DateTimeField(null=True, blank=True)
    # As the captain wrote it down; check-in and check-out may both be tapped at the end of a shift.
    worked_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # One post at a time: the second acceptance of a day is refused by the database.
            models.UniqueConstraint(
                fields=["person", "day"],
                condition=~Q(state="withdrawn"),
                name="placement_one_a_day",
            ),
            models.CheckConstraint(
                condition=Q(checked_out_at__isnull=True) | Q(checked_in_at__isnull=False),
                name="placement_in_before_out",
            ),
        ]
        # The match reads the days of a week, never the whole season.
        indexes = [models.Index(fields=["day"], name="placement_by_day")]

    def __str__(self) -> str:
        return f"placement {self.pk}"


class StandingPlacement(models.Model):
    """A person keeps their place in a team until a date, by their own wish; honoured before the match."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], name="standing_placement_one_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} stays with {self.team_id}"

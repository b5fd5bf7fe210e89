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
    # How far groups, crews, leads and minors kept the day from that proof, as numbers; empty: it had none of them.
    side = models.JSONField(null=True, blank=True)
    # Where the match without them had people whom they moved: pairs of person id and post id (0: none), int64,
    # little-endian. Emptied when the day is settled.
    relaxed = models.BinaryField(default=bytes)
    # Who had each of the posts already when it was solved, and cleared adults among them: int32 (2, posts),
    # little-endian; empty: nobody. Emptied when the day is settled.
    held = models.BinaryField(default=bytes)
    # A match of the running day: what it found and what it asks, in counts. Empty: the morning's, or a later round.
    again = models.JSONField(null=True, blank=True)
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


class RunInput(models.Model):
    """Whom a run gathered, so that it can be checked also when others have signed up since. Deleted when the day is
    settled (P3). Columns of numbers, little-endian, packed by zlib."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # int64: ids of the people in ascending order, each less the one before.
    person_steps = models.BinaryField()
    # int32: of a match of the running day, the row of the post each held, and of the one it found for them; -1: none.
    home = models.BinaryField(default=bytes)
    post_of = models.BinaryField(default=bytes)
    # int64: ids of who came first, and of who had a task before, in ascending order, each less the one before.
    overdue_steps = models.BinaryField(default=bytes)
    first_steps = models.BinaryField(default=bytes)
    again_steps = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"input of run {self.run_id}"


class Offer(models.Model):
    """A post offered to a person. Visible once its run is published; gone when the day is settled
    unless accepted, so that who declined and who was never asked leave the same rows (P3)."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        # Not shown: when its run was published its seat was not free, or its day was called off since.
        WITHHELD = "withheld"

    # A million are written a morning. The unique index below begins with the run: no second one for it. PostgreSQL
    # would look up run and post for each of them, which takes as long as the rest: the writer holds the run
    # itself, and a post is cancelled, never deleted.
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    post = models.ForeignKey("needs.Post", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    travel_m = models.PositiveIntegerField()
    # The post they hold, or were offered before, and would leave by saying yes. Until then they keep it.
    instead_of = models.ForeignKey(
        "needs.Post",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person", "post"], name="offer_once_a_run"),
            models.CheckConstraint(
                condition=Q(instead_of__isnull=True) | ~Q(instead_of=F("post")),
                name="offer_is_of_another_post",
            ),
        ]

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
    # Of those who wish for several shifts a day: which of them this is.
    turn = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    accepted_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_out_at = models.DateTimeField(null=True, blank=True)
    # As the captain wrote it down; check-in and check-out may both be tapped at the end of a shift.
    worked_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # Their captain said that they did not arrive, so the seat was given to others. They may come after all.
    gave_seat = models.BooleanField(default=False)
    # What they said themself at the gate. It is their word; the captain's is the check-in.
    said_here_at = models.DateTimeField(null=True, blank=True)
    said_gone_at = models.DateTimeField(null=True, blank=True)
    # The captain's account that wrote them down when they came along without a placement.
    walked_in_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # One post at a time: the second acceptance of a day is refused by the database.
            models.UniqueConstraint(
                fields=["person", "day", "turn"],
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

"""Tables of safety. What was said about people, and who was hurt, is sealed and has an end date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class StandDown(models.Model):
    """An area in which nobody is to work now; open until somebody says that it is over."""

    client_id = models.UUIDField(unique=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    # With the area's path the rights to it are asked without another table.
    area_path = models.CharField(max_length=200)
    why = models.CharField(max_length=200)
    # Empty for the command line.
    by = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    end_words = models.CharField(max_length=200, blank=True)
    # How far its list was told that it is over: up to this search, and when that was all of it.
    over_told_to = models.BigIntegerField(default=0)
    over_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(ended_at__isnull=True), name="stand_down_open_once"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="stand_down_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.area_path} since {self.at}"


class HomeCall(models.Model):
    """Somebody who is not known to be home. Asked first, then looked for, until a person says that they are safe.

    One a placement whose shift ended without a sign-out, one a placement and stand-down, and one of whoever asks
    for help without a shift.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        # They said that they need help.
        HELP = "help"
        SAFE = "safe"
        # A person ended it otherwise, in words.
        CLOSED = "closed"

    # Empty, with team and post: they asked for help with no shift near.
    placement = models.ForeignKey(
        "matching.Placement", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    stand_down = models.ForeignKey(
        StandDown, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Empty once they left the movement.
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    post = models.ForeignKey(
        "needs.Post", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # here, on_the_way or left: what was known of them when it began.
    was = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # When the chain began: the end of the shift and two hours, or the moment of the stand-down.
    due_at = models.DateTimeField()
    # Who was told so far: 0 nobody, 1 themself, 2 their captain, 3 the nearest organisers, 4 all above them.
    reached = models.PositiveSmallIntegerField(default=0)
    # When the next of them is; empty once there is nobody further, or it ended.
    next_at = models.DateTimeField(null=True, blank=True)
    # When their number said by SMS that they are safe: anybody may forge that, so it ends nothing.
    said_safe_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # self, captain, organiser, signed_out, left.
    ended_by = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement"],
                condition=Q(stand_down__isnull=True),
                name="home_call_once_a_shift",
            ),
            models.UniqueConstraint(
                fields=["stand_down", "placement"],
                condition=Q(stand_down__isnull=False),
                name="home_call_once_a_stand_down",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(placement__isnull=True),
                name="home_call_once_alone",
            ),
            models.CheckConstraint(
                condition=Q(placement__isnull=False, team__isnull=False, post__isnull=False)
                | Q(placement__isnull=True, team__isnull=True, post__isnull=True, stand_down__isnull=True),
                name="home_call_of_a_shift_or_alone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "help"), ended_at__isnull=True)
                | Q(state__in=("safe", "closed"), ended_at__isnull=False, next_at__isnull=True),
                name="home_call_ends_or_stands",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="home_call_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["stand_down", "state"], name="home_call_by_state"),
            models.Index(fields=["team"], name="home_call_open_by_team", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["ended_at"], name="home_call_ended"),
        ]

    def __str__(self) -> str:
        return f"placement {self.placement_id}: {self.state}"


class HomeStep(models.Model):
    """One thing that was done to see somebody home. Never changed."""

    call = models.ForeignKey(HomeCall, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    # asked, captain, organisers, all_above; safe, safe_by_sms, help; looked_up, noted; signed_out, left, closed.
    kind = models.CharField(max_length=12)
    # Who did it; empty: the house itself, or the person.
    by = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    words_cipher = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


class Incident(models.Model):
    """Something that happened and should not have. Its words are sealed and go with ``keep_until``; that it happened,
    where, and how many were hurt stays (F10)."""

    class Severity(models.IntegerChoices):
        LIGHT = 1
        SERIOUS = 2
        GRAVE = 3

    key = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    # The index below begins with the campaign.
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(
        "needs.Post", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    happened_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    # captain, organiser or volunteer; which account, where it was one. Which volunteer is not kept.
    reporter = models.CharField(max_length=10)
    reported_by = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    people_hurt = models.PositiveSmallIntegerField(default=0)
    words_cipher = models.BinaryField()
    is_open = models.BooleanField(default=True)
    owner = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # After this day its words and who was hurt are deleted (P4).
    keep_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=3), name="incident_severity_is_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True) | Q(is_open=False, closed_at__isnull=False),
                name="incident_open_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, due_on__isnull=True)
                | Q(owner__isnull=False, due_on__isnull=False),
                name="incident_owner_with_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "is_open", "-happened_at"], name="incident_by_campaign"),
            models.Index(fields=["keep_until"], name="incident_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.happened_at}"


class IncidentNote(models.Model):
    """One entry of an incident's log. Never changed; its words go with the incident's."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    # reported, noted, follow_up, hurt, closed, reopened, words_gone.
    kind = models.CharField(max_length=10)
    by = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("base.Account", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    words_cipher = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


class Hurt(models.Model):
    """Somebody who was hurt: sealed as a whole, seen by who organises the place, deleted after ``keep_until``."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    cipher = models.BinaryField()
    keep_until = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"hurt in incident {self.incident_id}"

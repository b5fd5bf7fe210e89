"""Tables of needs."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q


class Post(models.Model):
    """Work at a place and time. Its placed people are that day's crew of the team.

    ``seats_taken`` is a running count kept by ``needs.actions``; nothing else may write it.
    """

    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    title = models.CharField(max_length=160)
    lat = models.FloatField()
    lon = models.FloatField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.PositiveIntegerField()
    seats_taken = models.PositiveIntegerField(default=0)
    tier = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=40)
    skills = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    min_age = models.PositiveSmallIntegerField(default=0)
    hazardous = models.BooleanField(default=False)
    night = models.BooleanField(default=False)
    lone = models.BooleanField(default=False)
    with_children = models.BooleanField(default=False)
    physical = models.PositiveSmallIntegerField(default=1)
    bring = models.CharField(max_length=200, blank=True)
    # With fewer people the shift is no use; 0 or 1: with any number.
    least_crew = models.PositiveIntegerField(default=0)
    # Key of the post whose people lead this one, each for so many here; empty and 0: nobody leads. By key, as a
    # needs file names it: of posts published together the one led may be written first.
    lead_key = models.UUIDField(null=True, blank=True)
    people_per_lead = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Its area is stood down since then: nobody is sent there, and no seat is taken. Emptied when that ends and the
    # shift is not over.
    stood_down_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats_taken__lte=F("seats")), name="post_seats_within_wanted"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="post_has_a_seat"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="post_starts_first"),
            # P5: longer work is two posts. Never 12 h, whatever anyone asks for.
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + timedelta(hours=10)), name="post_is_at_most_10_h"
            ),
            models.CheckConstraint(condition=Q(tier__gte=1, tier__lte=3), name="post_tier_is_1_to_3"),
            models.CheckConstraint(condition=Q(physical__lte=3), name="post_physical_is_0_to_3"),
            models.CheckConstraint(condition=Q(least_crew__lte=F("seats")), name="post_least_crew_fits"),
            models.CheckConstraint(
                condition=Q(lead_key__isnull=True, people_per_lead=0)
                | Q(lead_key__isnull=False, people_per_lead__gte=1),
                name="post_lead_and_ratio_together",
            ),
        ]
        indexes = [
            # With the title, so that looking for one reads the index alone: a nation has 50,000 posts a day.
            models.Index(fields=["campaign", "day", "title"], name="post_by_day"),
            models.Index(fields=["lead_key"], name="post_by_lead", condition=Q(lead_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class NeedRequest(models.Model):
    """What an institution, a household or a team asks for, until somebody who knows them has said so.

    Their contact is sealed, read by who organises the place, and deleted when the request is declined or over.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        PUBLISHED = "published"
        DECLINED = "declined"

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    # The call that asked for needs, where they came by one.
    appeal = models.ForeignKey(
        "calls.Appeal", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The recipient account that asks; empty for whoever came by the public form.
    account = models.ForeignKey(
        "base.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    institution = models.CharField(max_length=120)
    contact_cipher = models.BinaryField(default=bytes)
    title = models.CharField(max_length=160)
    cause = models.CharField(max_length=40)
    days = models.JSONField()
    starts = models.TimeField()
    ends = models.TimeField()
    seats = models.PositiveIntegerField()
    physical = models.PositiveSmallIntegerField(default=1)
    skills = models.JSONField(default=list)
    with_children = models.BooleanField(default=False)
    hazardous = models.BooleanField(default=False)
    bring = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    # Who stands by it, and how they know the institution; or why it can't be.
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="need_request_has_a_seat"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True)
                | (~Q(state="asked") & Q(decided_by__isnull=False) & ~Q(said="")),
                name="need_request_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "asked_at"], name="need_request_by_state"),
        ]

    def __str__(self) -> str:
        return self.title


class HelpAsk(models.Model):
    """A captain at work asks for help; open until an organiser has answered. The words go a month later (P9)."""

    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    # How many more people they want; what was asked for with it, where there was a shift to ask for.
    people_wanted = models.PositiveIntegerField(null=True, blank=True)
    request = models.ForeignKey(
        NeedRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by = models.BigIntegerField(null=True, blank=True)
    # When they asked, by our clock; ``heard_at``: when their phone had a signal again.
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # Both are deleted together, a month later.
                condition=Q(answered_at__isnull=True) | ~Q(answer="") | Q(words=""),
                name="help_answered_in_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "heard_at"], name="help_open", condition=Q(answered_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"help asked by team {self.team_id}"

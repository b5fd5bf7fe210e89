"""Tables of supervision. They name teams and accounts of the crew, and no person who helps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Signal(models.Model):
    """Something about a team's work that wants a look, or a word of thanks; open until it is no longer so."""

    # The constraint and the index below begin with the campaign.
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    # The team's own place: who organises it sees the signal.
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(
        "campaigns.Indicator", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=16)
    # Kind and indicator as one text, since a constraint takes no two empty indicators for the same.
    about = models.CharField(max_length=48)
    # Safety first, then warnings, then what is to be asked, then good news.
    urgency = models.PositiveSmallIntegerField()
    since = models.DateField()
    found_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    # Nobody has to look at it any more: a follow-up was closed, or it ended.
    is_settled = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "team", "about"],
                condition=Q(ended_on__isnull=True),
                name="signal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(is_settled=True), name="signal_ended_is_settled"
            ),
        ]
        indexes = [models.Index(fields=["campaign", "is_settled", "urgency"], name="signal_by_urgency")]

    def __str__(self) -> str:
        return f"{self.about} of team {self.team_id}"


class FollowUp(models.Model):
    """Who looks after a signal, and by which day."""

    class Outcome(models.TextChoices):
        DONE = "done"
        LET_BE = "let_be"
        ENDED = "ended"

    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signal"], condition=Q(closed_at__isnull=True), name="follow_up_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="follow_up_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} looks at {self.signal_id} by {self.due_on}"


class TeamAnswer(models.Model):
    """What a team says to a signal about it."""

    client_id = models.UUIDField(unique=True)
    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"answer to {self.signal_id}"


class Supervision(models.Model):
    """An account that looks after a team in a campaign."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "team"], name="supervision_one_a_team"),
        ]
        indexes = [models.Index(fields=["campaign", "account"], name="supervision_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id} supervises {self.team_id}"


class Look(models.Model):
    """The newest morning on which a campaign's signals were worked out."""

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    day = models.DateField()
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.campaign_id} on {self.day}"

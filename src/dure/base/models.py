"""Tables every room leans on. Rooms above are named by plain ids: the base does not know them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; ``create_superuser`` is left out on purpose: the admin is read-only."""

    def create_user(self, email: str, *, name: str, password: str | None = None) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who works for the movement: organiser, captain, auditor, recipient.

    Volunteers need none; they come by a private link.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    ORGANISER = "organiser"
    CAPTAIN = "captain"
    AUDITOR = "auditor"
    RECIPIENT = "recipient"
    VETTER = "vetter"


class RoleGrant(models.Model):
    """A role with its reach: an area and everything below it, or one team."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=Role.choices)
    area_path = models.CharField(max_length=200, blank=True)
    team_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="captain", team_id__isnull=False, area_path="")
                | (~Q(role="captain") & Q(team_id__isnull=True) & Q(area_path__startswith="/")),
                name="role_grant_reaches_a_team_or_an_area",
            ),
            models.UniqueConstraint(
                fields=["account", "role", "area_path", "team_id"],
                name="role_grant_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.area_path or self.team_id}"


class ApiToken(models.Model):
    """A token for programs; only its hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class OutboxMessage(models.Model):
    """A notice, written in the transaction of the action that causes it and sent by a worker.

    It names the person, not the address: the worker looks the contact up when it sends, so
    that whoever has left gets nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        WITHHELD = "withheld"
        # A newer one says what this one would have said.
        REPLACED = "replaced"

    dedupe_key = models.CharField(max_length=120, unique=True)
    # 0: to nobody in particular, as an announcement in a chat is.
    person_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    # 1 goes before 9, whatever was queued first.
    priority = models.PositiveSmallIntegerField(default=5)
    send_after = models.DateTimeField()
    # Which way it goes or went ("" until the worker looked), and what that cost in milli-units of the
    # installation's money.
    channel = models.CharField(max_length=10, blank=True)
    cost_milli = models.PositiveIntegerField(default=0)
    # Handed over is not delivered: set when the other side says so.
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # Ends in the id: a million notices may be queued at one moment, and the first of them is wanted.
            models.Index(
                fields=["channel", "priority", "send_after", "id"],
                name="outbox_queued",
                condition=Q(state="queued"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"


class ChannelDay(models.Model):
    """What went out by a channel on a day (UTC), counted as it went: nobody has to count the outbox.

    Whoever sends takes their part of the minute and of the day's money here first, so that several workers
    together keep to both.
    """

    channel = models.CharField(max_length=10)
    day = models.DateField()
    handed_over_count = models.PositiveIntegerField(default=0)
    delivered_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    cost_milli = models.PositiveBigIntegerField(default=0)
    # The minute that was sent in last, and how many were let through in it.
    minute_at = models.DateTimeField()
    minute_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="channel_day_once")]

    def __str__(self) -> str:
        return f"{self.channel} on {self.day}"


class CommandSeen(models.Model):
    """A command that was carried out: its id, what it asked, what it was answered."""

    id = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    result = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class OrderHead(models.Model):
    """The head of an ordered log. Whoever holds this row's lock is the only one who appends."""

    name = models.CharField(max_length=40, primary_key=True)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gte=0), name="order_head_size_is_a_count")]

    def __str__(self) -> str:
        return f"{self.name} at {self.size}"


class Job(models.Model):
    """Long work that shows how far it is and can be stopped."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    # What it works on, in words of the kind; empty where several may run at once.
    about = models.CharField(max_length=80, blank=True)
    # The account that asked; empty for the command line.
    asked_by = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    step = models.CharField(max_length=40, blank=True)
    bytes_needed = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    # When its process last showed that it lives.
    last_advanced_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Two who start the same work at once: the database lets one of them.
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(state="running") & ~Q(about=""), name="job_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.done_count}/{self.total_count}"

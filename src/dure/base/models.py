"""Tables every room leans on. Rooms above are named by plain ids: the base does not know them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from dure.base.asked import Asked


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; ``create_superuser`` is left out on purpose: the admin is read-only."""

    def create_user(self, email: str, *, name: str, password: str | None = None) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get(self, *args: Any, **kwargs: Any) -> Account:
        """As Django's. By its key alone it is asked for at each look of who is signed in, so that is quick."""
        if args or kwargs.keys() != {"pk"}:
            return super().get(*args, **kwargs)
        for row in _BY_KEY(int(kwargs["pk"])):
            account: Account = self.model.from_db(self.db, _COLUMNS, row)
            return account
        raise self.model.DoesNotExist


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who works for the movement: organiser, captain, auditor, recipient.

    Volunteers need none; they come by a private link.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    # Letters to them are in this language; "": in that of the installation.
    language = models.CharField(max_length=12, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name


_COLUMNS = [field.attname for field in Account._meta.concrete_fields]
_BY_KEY = Asked(lambda pk: Account.objects.filter(pk=pk).values_list(*_COLUMNS), int)


class Role(models.TextChoices):
    ORGANISER = "organiser"
    CAPTAIN = "captain"
    AUDITOR = "auditor"
    RECIPIENT = "recipient"
    VETTER = "vetter"


class RoleGrant(models.Model):
    """A role with its reach: an area and everything below it, or one team.

    A row is never deleted but with its account: what ended keeps who gave and who took it (the log of the desk).
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=Role.choices)
    area_path = models.CharField(max_length=200, blank=True)
    team_id = models.BigIntegerField(null=True, blank=True)
    # The account that gave it; empty: the command line.
    granted_by = models.BigIntegerField(null=True, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)
    # It ends by itself, as a deputy's does; empty: until it is taken away.
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="captain", team_id__isnull=False, area_path="")
                | (~Q(role="captain") & Q(team_id__isnull=True) & Q(area_path__startswith="/")),
                name="role_grant_reaches_a_team_or_an_area",
            ),
            # Two, because SQLite takes two empty teams for two different ones.
            models.UniqueConstraint(
                fields=["account", "role", "area_path"],
                condition=Q(ended_at__isnull=True, team_id__isnull=True),
                name="role_grant_of_an_area_once",
            ),
            models.UniqueConstraint(
                fields=["account", "team_id"],
                condition=Q(ended_at__isnull=True, team_id__isnull=False),
                name="role_grant_of_a_team_once",
            ),
        ]
        indexes = [
            models.Index(fields=["role", "area_path"], name="role_grant_by_place"),
            models.Index(fields=["team_id"], name="role_grant_by_team", condition=Q(team_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.area_path or self.team_id}"


class UndoableAct(models.Model):
    """Something done to many things at once that whoever did it may take back, once."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    account_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField()
    # What it takes to undo it: ids and earlier values, never a person's data.
    facts = models.JSONField()
    # What was done, in a few plain words of whoever wrote it down ("12 posts").
    about = models.CharField(max_length=160)
    at = models.DateTimeField()
    # Empty: as long as what it made is untouched, which the undoing itself asks.
    until = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    # When what waited for the end of that time was done too, such as telling people.
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign_id", "account_id", "at"], name="undoable_by_account"),
            models.Index(
                fields=["until"],
                name="undoable_to_finish",
                condition=Q(undone_at__isnull=True, finished_at__isnull=True, until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"


class WaitingAct(models.Model):
    """An act that waits for a second person's word, where a campaign asks two for it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        DECLINED = "declined"
        TAKEN_BACK = "taken_back"
        LAPSED = "lapsed"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    # What it is about within its kind, so that pressed twice, or asked by two, it waits once.
    subject = models.CharField(max_length=80, blank=True)
    campaign_id = models.BigIntegerField()
    # Whose word counts: who organises this.
    area_path = models.CharField(max_length=200)
    facts = models.JSONField()
    about = models.CharField(max_length=160)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="waiting_act_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["campaign_id", "kind", "subject"],
                condition=Q(state="waiting"),
                name="waiting_act_once",
            ),
        ]
        indexes = [models.Index(fields=["campaign_id", "state", "asked_at"], name="waiting_act_by_state")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"


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

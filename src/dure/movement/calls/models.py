"""Tables of calls."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Appeal(models.Model):
    """A call for people (or needs, or goods); its code tells which call a sign-up answered."""

    class Asks(models.TextChoices):
        PEOPLE = "people"
        NEEDS = "needs"
        GOODS = "goods"

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(unique=True)
    # The words in the language the call was written in; others stand in AppealText.
    title = models.CharField(max_length=160)
    text = models.TextField()
    language = models.CharField(max_length=12, default="en")
    asks = models.CharField(max_length=8, choices=Asks.choices, default=Asks.PEOPLE)
    channels = models.JSONField(default=list)
    # Whom its waves call: paths of areas (none: the campaign's), codes of skills, or the reserve register alone.
    area_paths = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    reserve_only = models.BooleanField(default=False)
    # So many confirmed answers meet the need; empty: nobody knows yet.
    wanted_count = models.PositiveIntegerField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What became of it, in counts alone, once the rows that name people are gone.
    outcome = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "-opened_at"], name="appeal_newest_of_campaign")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opened_at")),
                name="appeal_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(wanted_count__isnull=True) | Q(wanted_count__gte=1), name="appeal_wants_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AppealText(models.Model):
    """A call in a further language."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=160)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "language"], name="appeal_text_once_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Wave(models.Model):
    """People called one minute after the other, those who waited longest first, until the need is met."""

    class State(models.TextChoices):
        RUNNING = "running"
        MET = "met"
        THROUGH = "through"
        STOPPED = "stopped"

    client_id = models.UUIDField(unique=True)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="+")
    per_minute = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    called_count = models.PositiveIntegerField(default=0)
    # The last one called stood here in the line: waiting since, and the id among those who waited as long.
    after_since = models.DateTimeField(null=True, blank=True)
    after_id = models.BigIntegerField(default=0)
    # The minute in which people were called last. Moved by one conditional UPDATE, so that two workers call once.
    minute_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(per_minute__gte=1), name="wave_calls_somebody"),
            # Two at once would call twice as many a minute as either says.
            models.UniqueConstraint(
                fields=["appeal"], condition=Q(state="running"), name="wave_one_runs_a_call"
            ),
        ]

    def __str__(self) -> str:
        return f"wave {self.pk}, {self.per_minute} a minute"


class Reach(models.Model):
    """Somebody who was called, once a call. Gone when the call closes, so that who stayed silent and who was never
    called leave the same rows (P3); the way the letter took stands on its notice."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="+", db_index=False)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appeal", "person"], name="reach_once_a_call")]

    def __str__(self) -> str:
        return f"{self.person_id} called"


class Drive(models.Model):
    """What somebody proposes to do together. Enough named support opens it for an organiser's decision (P10)."""

    class State(models.TextChoices):
        # Until the proposer's contact is confirmed nobody sees it.
        UNCONFIRMED = "unconfirmed"
        GATHERING = "gathering"
        WAITING = "waiting"
        OPENED = "opened"
        DECLINED = "declined"
        LAPSED = "lapsed"

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    code = models.SlugField(unique=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    support_wanted = models.PositiveIntegerField()
    # Confirmed supporters, the proposer among them; kept when their rows are erased.
    support_count = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField()
    gathers_until = models.DateField()
    # Set once support is there: the day by which an organiser answers.
    answer_by = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)
    # The call it became.
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(answer_by__isnull=False), name="drive_waits_until_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("opened", "declined")) | ~Q(answer=""), name="drive_answer_has_words"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Support(models.Model):
    """One name under a drive. The address is sealed, there to confirm once and to be told the answer, then erased."""

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=80)
    shows_name = models.BooleanField(default=False)
    is_proposer = models.BooleanField(default=False)
    language = models.CharField(max_length=12, default="en")
    cipher = models.BinaryField()
    contact_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drive", "contact_hash"], name="support_once_a_contact")
        ]

    def __str__(self) -> str:
        return f"support of drive {self.drive_id}"


class SignUp(models.Model):
    """One answer to a call. ``client_id`` is made by the form, so that sending twice signs up once."""

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="+")
    # Empty once the person has left: the count of sign-ups stays, the person does not.
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sign-up {self.client_id}"


class Answer(models.Model):
    """What a person was told, with a date that is kept or corrected before it passes."""

    class Kind(models.TextChoices):
        PLACED = "placed"
        OFFERED = "offered"
        ACCEPTED = "accepted"
        INVITED = "invited"
        RESERVE = "reserve"
        INCOMPLETE = "incomplete"
        NOT_NEEDED = "not_needed"

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=300)
    by_date = models.DateField()
    given_at = models.DateTimeField()
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "campaign"], condition=Q(stands=True), name="answer_one_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"

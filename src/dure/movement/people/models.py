"""Tables of people. Contact details stand apart and encrypted; nothing here scores a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Group(models.Model):
    """People who come together: a household, friends, a class."""

    key = models.UUIDField(unique=True)
    # What one of them gives the others, so that each joins for themself (groups.group_code).
    code = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name or f"group {self.pk}"


class Person(models.Model):
    """Somebody who offered to help. The row is deleted when they leave."""

    key = models.UUIDField(unique=True)
    # The desk looks people up by how their name begins.
    given_name = models.CharField(max_length=80, db_index=True)
    birth_year = models.PositiveSmallIntegerField()
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    # Rounded to 0.01 degree (about a kilometre): enough to match, too coarse to find a door.
    home_lat = models.FloatField()
    home_lon = models.FloatField()
    travel_limit_m = models.PositiveIntegerField()
    languages = models.JSONField(default=list)
    refuses = models.JSONField(default=list)
    prefers = models.JSONField(default=list)
    physical_max = models.PositiveSmallIntegerField(default=2)
    long_shift_wish = models.BooleanField(default=False)
    # Shifts a day they wish for at most, one after the other; together no longer than one may be (P5).
    shifts_max = models.PositiveSmallIntegerField(default=1)
    guardian_agreed_at = models.DateTimeField(null=True, blank=True)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    waiting_since = models.DateTimeField()
    # The language they are written to in; what they speak at work stands in languages.
    language = models.CharField(max_length=12, default="en")
    # By which contact of theirs they would rather be written to: email, sms, no_sms, or "" for whichever is shown.
    channel = models.CharField(max_length=8, blank=True, default="", db_default="")
    # Until a code shows that a contact is theirs; unconfirmed after this day they are erased, and never placed before.
    lapses_on = models.DateField(null=True, blank=True)
    synthetic = models.BooleanField(default=False)
    # Keyed hash of the registration: tells a repeated one from a reused key.
    registered_as = models.BinaryField(max_length=32)
    # The first name is for those who come to the same post, unless they would rather not; minors' never is (P6).
    hides_name = models.BooleanField(default=False, db_default=False)
    # Raised to make every private link that was given out before worthless.
    link_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(home_lat__gte=-90, home_lat__lte=90, home_lon__gte=-180, home_lon__lte=180),
                name="person_home_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(travel_limit_m__lte=300_000), name="person_travel_limit_is_a_day_trip"
            ),
            models.CheckConstraint(condition=Q(physical_max__lte=3), name="person_physical_max_is_0_to_3"),
            models.CheckConstraint(
                condition=Q(shifts_max__gte=1, shifts_max__lte=3), name="person_shifts_max_is_1_to_3"
            ),
        ]
        # Why a post is not full is asked of those who live near it, not of the country.
        indexes = [
            models.Index(fields=["home_lat", "home_lon", "travel_limit_m"], name="person_by_home"),
            models.Index(
                fields=["lapses_on"], name="person_unconfirmed", condition=Q(lapses_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.given_name


class Contact(models.Model):
    """How to reach a person, encrypted; found by keyed hash. One contact may hold several persons."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=[("email", "e-mail"), ("sms", "SMS"), ("push", "web push")])
    cipher = models.BinaryField()
    contact_hash = models.BinaryField(max_length=32, db_index=True)
    # Since when a code from a letter shows that it is theirs; such a one is written to before any other.
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="contact_one_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Guardian(models.Model):
    """The adult who answers for somebody under 18, reached like any contact."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    cipher = models.BinaryField()
    contact_hash = models.BinaryField(max_length=32, db_index=True)

    def __str__(self) -> str:
        return f"guardian of {self.person_id}"


class Consent(models.Model):
    """What a person agreed to, in which words, since when; the receipt is theirs."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=40)
    wording = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_stands_once_a_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.person_id}"


class Credential(models.Model):
    """A fact with evidence and an expiry: a skill, cover, briefing or clearance.

    What is missing or past its date makes a post that asks for it impossible.
    """

    class Kind(models.TextChoices):
        SKILL = "skill"
        COVER = "cover"
        BRIEFING = "briefing"
        CLEARANCE = "clearance"

    # The unique constraint below begins with the person: an index of its own would be a second one.
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=40)
    evidence = models.CharField(max_length=120)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "code"], name="credential_once_a_person"),
            models.CheckConstraint(condition=~Q(evidence=""), name="credential_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Reserve(models.Model):
    """Somebody on the reserve register: a former professional, or not needed now. Their consent is renewed or ends."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # What they were trained for, as a code; empty for whoever is simply not needed now.
    profession = models.CharField(max_length=40, blank=True, db_index=True)
    joined_at = models.DateTimeField()
    consent_until = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"{self.person_id} in reserve"


class Alike(models.Model):
    """Two people who may be one, for a person to decide; what was decided is not asked again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Codes of what is alike: contact, name, year, town …
    why = models.JSONField(default=list)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    is_same = models.BooleanField(null=True, blank=True)
    # Which of the two was asked, where an organiser thinks that they are one and no contact of theirs says so.
    asked = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="alike_once_a_pair"),
            models.CheckConstraint(condition=Q(person__lt=F("other")), name="alike_lower_id_first"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} and {self.other_id}"


class FreeSpan(models.Model):
    """Hours a person offers."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="free_span_starts_first"),
            models.UniqueConstraint(fields=["person", "starts_at"], name="free_span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at} to {self.ends_at}"


class LinkOpening(models.Model):
    """That a person's private link was opened in a browser that was not let in yet: so that they can see a stranger."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(db_index=True)
    # Such as "Firefox, Android": enough to know one's own again, too little to follow anybody.
    browser = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.browser} at {self.opened_at}"


class Team(models.Model):
    """People who work together at a place; behind every post stands one."""

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="team_name_once_an_area")]

    def __str__(self) -> str:
        return self.name


class TeamNumber(models.Model):
    """The phone number a captain lets their crew call, encrypted; there only as long as they want it to be."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="+")
    cipher = models.BinaryField()
    # The account whose number it is: nobody else's consent would do.
    stated_by = models.BigIntegerField()
    stated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"number of team {self.team_id}"

"""Who asks, and how far their rights reach.

Every read behind a door takes an :class:`Actor`; nothing is fetched without saying who asks.
Rights over areas go down the tree: they are compared by path prefix, so no query is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from dure.base.asked import Asked
from dure.base.models import Account, Role, RoleGrant
from dure.kernel.refusals import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Grant:
    """A role with its reach: ``area_path`` ("/kr/…/") for areas, ``team_id`` for a captain.

    ``until``: when it ends by itself; None: it doesn't.
    """

    role: str
    area_path: str = ""
    team_id: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks: an account with grants, a person by private link, a guardian, or nobody."""

    account_id: int | None = None
    person_id: int | None = None
    guardian_of: int | None = None
    grants: tuple[Grant, ...] = ()
    is_system: bool = False

    def _reaches(self, role: str, area_path: str) -> bool:
        return self.is_system or any(
            grant.role == role and area_path.startswith(grant.area_path) for grant in self.grants
        )

    def organises(self, area_path: str) -> bool:
        return self._reaches(Role.ORGANISER, area_path)

    def organises_part_of(self, area_path: str) -> bool:
        """Whether they organise the area, or some place in it."""
        return self.organises(area_path) or any(
            path.startswith(area_path) for path in self.area_paths(Role.ORGANISER)
        )

    def audits(self, area_path: str) -> bool:
        return self._reaches(Role.AUDITOR, area_path)

    def receives(self, area_path: str) -> bool:
        return self._reaches(Role.RECIPIENT, area_path)

    def vets(self, area_path: str) -> bool:
        """Whether they look at what people of the area hand in: vetters, and whoever organises there."""
        return self._reaches(Role.VETTER, area_path) or self.organises(area_path)

    def vets_part_of(self, area_path: str) -> bool:
        """Whether they vet the area, or some place in it."""
        paths = (*self.area_paths(Role.VETTER), *self.area_paths(Role.ORGANISER))
        return self.vets(area_path) or any(path.startswith(area_path) for path in paths)

    def captains(self, team_id: int) -> bool:
        return self.is_system or any(
            grant.role == Role.CAPTAIN and grant.team_id == team_id for grant in self.grants
        )

    def is_person(self, person_id: int) -> bool:
        return self.is_system or (self.person_id is not None and self.person_id == person_id)

    def guards(self, person_id: int) -> bool:
        return self.is_system or (self.guardian_of is not None and self.guardian_of == person_id)

    def has_role(self, role: str) -> bool:
        return any(grant.role == role for grant in self.grants)

    def team_ids(self) -> tuple[int, ...]:
        return tuple(grant.team_id for grant in self.grants if grant.team_id is not None)

    def area_paths(self, role: str) -> tuple[str, ...]:
        return ("/",) if self.is_system else tuple(g.area_path for g in self.grants if g.role == role)

    def must_organise(self, area_path: str, *, what: str = "organising here") -> None:
        if not self.organises(area_path):
            raise NotAllowed(what=what)

    def must_audit(self, area_path: str, *, what: str = "auditing here") -> None:
        if not self.audits(area_path):
            raise NotAllowed(what=what)

    def must_vet(self, area_path: str, *, what: str = "vetting here") -> None:
        if not self.vets(area_path):
            raise NotAllowed(what=what)

    def must_captain(self, team_id: int) -> None:
        # Another captain's team looks like one that doesn't exist.
        if not self.captains(team_id):
            raise NotFound(what="team")

    def must_be(self, person_id: int) -> None:
        # Another person's page looks like one that doesn't exist.
        if not self.is_person(person_id):
            raise NotFound(what="person")


ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True)


def standing_at(now: datetime | None) -> Q:
    """Grants that are neither taken away nor over. Without a moment, now by the wall clock: rights end by it."""
    return Q(ended_at=None) & (Q(until=None) | Q(until__gt=now or timezone.now()))


_GRANTS = Asked(
    lambda account_id, at: (
        RoleGrant.objects.filter(standing_at(at), account_id=account_id, account__is_active=True)
        .order_by("pk")
        .values_list("role", "area_path", "team_id", "until")
    ),
    int,
    datetime,
)


def actor_of(
    *,
    account_id: int | None = None,
    person_id: int | None = None,
    guardian_of: int | None = None,
    now: datetime | None = None,
) -> Actor:
    """The actor behind a session, without the grants that are over.

    An account that was switched off has none at all. ``now``: None: by the wall clock.
    """
    if account_id is None:
        return Actor(person_id=person_id, guardian_of=guardian_of)
    grants = tuple(Grant(*row) for row in _GRANTS(account_id, now or timezone.now()))
    # Who has a grant was asked for as active.
    if not grants and not Account.objects.filter(pk=account_id, is_active=True).exists():
        return Actor(person_id=person_id, guardian_of=guardian_of)
    return Actor(account_id=account_id, person_id=person_id, guardian_of=guardian_of, grants=grants)

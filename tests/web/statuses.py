"""How a row of the table is written: an address, and what each visitor gets there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.web.visitors import VISITORS

Statuses = Mapping[str, int]
SIGNED_IN = ("captain", "other captain", "organiser", "other organiser", "auditor", "recipient", "vetter")
NOT_SIGNED_IN = tuple(name for name in VISITORS if name not in SIGNED_IN)


@dataclass(frozen=True)
class Row:
    """An address with the statuses GET and POST give to each visitor; ``data`` is what POST sends."""

    address: str
    get: Statuses
    post: Statuses
    data: Mapping[str, object] = field(default_factory=dict)
    json: bool = False


def every(status: int, **others: int) -> Statuses:
    """The same for all but ``others`` (spaces in names as underscores)."""
    return dict.fromkeys(VISITORS, status) | {name.replace("_", " "): one for name, one in others.items()}


def door(**statuses: int) -> Statuses:
    """A door for accounts with a role: named statuses, 403 for other accounts, to the log-in for the rest."""
    closed = dict.fromkeys(SIGNED_IN, 403) | dict.fromkeys(NOT_SIGNED_IN, 302)
    return closed | {name.replace("_", " "): one for name, one in statuses.items()}


def by_sign_in(signed_in: int, others: int) -> Statuses:
    return dict.fromkeys(SIGNED_IN, signed_in) | dict.fromkeys(NOT_SIGNED_IN, others)


NEVER = every(405)


def read_only(address: str, statuses: Statuses) -> Row:
    return Row(address, statuses, NEVER)


def acts(address: str, statuses: Statuses, **data: object) -> Row:
    return Row(address, NEVER, statuses, data)

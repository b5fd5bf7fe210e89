"""The answers that stand, as columns: for operations that answer everybody, never for a page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import F

from dure.base.columns import Seconds, Texts, read_columns
from dure.movement.calls.models import Answer, SignUp
from dure.movement.people.types import Ints


@dataclass(frozen=True, eq=False)
class StandingColumns:
    """Answers by ascending person id. ``by_date`` holds ISO dates."""

    person: Ints
    kind: Texts
    reason: Texts
    by_date: Texts
    given_s: Ints  # second of the Unix epoch


def standing_columns(campaign_id: int) -> StandingColumns:
    """Every answer that stands in a campaign; one query."""
    read = read_columns(
        Answer.objects.filter(campaign_id=campaign_id, stands=True),
        ints={"person": F("person_id"), "given_s": Seconds("given_at")},
        texts=("kind", "reason", "by_date"),
    )
    line = np.argsort(read.ints["person"])
    texts = {name: Texts(column.places[line], column.distinct) for name, column in read.texts.items()}
    return StandingColumns(person=read.ints["person"][line], given_s=read.ints["given_s"][line], **texts)


def signed_up(campaign_id: int) -> Ints:
    """Ids, ascending, of everybody who signed up for a campaign and has not left."""
    rows = SignUp.objects.filter(appeal__campaign_id=campaign_id, person_id__isnull=False)
    return np.unique(read_columns(rows, ints=("person_id",)).ints["person_id"])


def once_told(campaign_id: int, kind: str) -> Ints:
    """Ids, ascending, of everybody who was told an answer of this kind that no longer stands."""
    rows = Answer.objects.filter(campaign_id=campaign_id, kind=kind, stands=False)
    return np.unique(read_columns(rows, ints=("person_id",)).ints["person_id"])


def has_told_all(campaign_id: int, reason: str) -> bool:
    """Whether everybody who was answered in a campaign was told this last."""
    rows = Answer.objects.filter(campaign_id=campaign_id, stands=True)
    return not rows.exclude(reason=reason).exists()


def every_answer(campaign_id: int) -> StandingColumns:
    """Every answer of a campaign that was ever given to somebody who has not left, by person and then in order."""
    rows = Answer.objects.filter(campaign_id=campaign_id).exclude(kind=Answer.Kind.OFFERED)
    ints = {"id": F("pk"), "person": F("person_id"), "given_s": Seconds("given_at")}
    read = read_columns(rows, ints=ints, texts=("kind", "reason", "by_date"))
    line = np.lexsort((read.ints["id"], read.ints["person"]))
    texts = {name: Texts(column.places[line], column.distinct) for name, column in read.texts.items()}
    return StandingColumns(person=read.ints["person"][line], given_s=read.ints["given_s"][line], **texts)

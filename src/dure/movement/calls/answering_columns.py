"""Answers to one or to very many at once: from columns straight into the tables, a transaction for each chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
from django.db import IntegrityError, transaction

from dure.base.among import among
from dure.base.outbox_batch import NoticeMould, queue_ready
from dure.base.ready_rows import ReadyTable, moment, next_ids
from dure.base.rows import Row
from dure.kernel.must import Broken, must
from dure.movement.calls.errors import AnswerBad
from dure.movement.calls.models import Answer
from dure.movement.calls.rules import answer_problem
from dure.movement.calls.types import Answered, AnswerFacts, AnswerKind
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import reads as people
from dure.movement.people.types import Ints

# A transaction stays near 100 ms, so that the site's own writes get in between.
CHUNK_ROWS: Final = 5_000
# Somebody who leaves between the look and the write fails the chunk, which then looks again.
TRIES_MAX: Final = 3
_ANSWERS: Final = ReadyTable(
    Answer, ("id", "person_id", "campaign_id", "kind", "reason", "by_date", "given_at", "stands")
)
Said = tuple[int, int]


@dataclass(frozen=True, eq=False)
class AnswerColumns:
    """New answers by ascending ``person`` id, each once: ``said[k]`` and ``by[k]`` (its date as ordinal) for each;
    ``words``: kind and reason of each number in ``said``."""

    person: Ints
    said: Ints
    by: Ints
    words: tuple[tuple[AnswerKind, str], ...]


def answer_columns(*, campaign_id: int, answers: AnswerColumns, now: datetime) -> Answered:
    """A new answer supersedes the standing one; what stands already word for word is left as it is: two who look at
    once answer once.

    Every changed answer queues one notice ``answer_<kind>``, but for ``offered``, which the offer's own notice tells.
    A superseded ``offered`` is deleted, so that who declined and who was never asked leave the same rows (P3). Written
    in chunks, each whole: after a crash the same call writes the rest. Whoever leaves meanwhile is passed over.

    Refuses with AnswerBad before anything is written.
    """
    must(bool((np.diff(answers.person) > 0).all()), "a person gets one answer at a time, in the order of ids")
    facts = _facts(answers)
    today = campaigns.local_day(campaigns.campaign_by_id(campaign_id), now)
    for new in facts.values():
        if bad := answer_problem(new, today):
            raise AnswerBad(what=bad[0], wanted=bad[1])
    moulds = {pair: _mould(campaign_id, new) for pair, new in facts.items()}
    done = Answered(given_count=0, unchanged_count=0)
    for start in range(0, len(answers.person), CHUNK_ROWS):
        part = slice(start, start + CHUNK_ROWS)
        done += _chunk(
            campaign_id, answers.person[part], answers.said[part], answers.by[part], facts, moulds, now
        )
    return done


def _facts(answers: AnswerColumns) -> dict[Said, AnswerFacts]:
    """The different answers among them: a million people share a few hundred."""
    pairs = np.unique(np.stack([answers.said, answers.by]), axis=1).T.tolist() if len(answers.said) else []
    return {
        (said, by): AnswerFacts(answers.words[said][0], answers.words[said][1], date.fromordinal(by))
        for said, by in pairs
    }


def _mould(campaign_id: int, new: AnswerFacts) -> NoticeMould:
    return NoticeMould(kind=f"answer_{new.kind}", facts=notice_facts(campaign_id, new))


def notice_facts(campaign_id: int, new: AnswerFacts) -> dict[str, object]:
    """What the notice of an answer knows; ``why``: its words as catalogs of other languages know them, and values."""
    return {
        "campaign_id": campaign_id,
        "answer": new.kind,
        "reason": new.reason,
        "by_date": new.by_date.isoformat(),
        "why": [new.reason, {}],
    }


def _chunk(
    campaign_id: int,
    person: Ints,
    said: Ints,
    by: Ints,
    facts: Mapping[Said, AnswerFacts],
    moulds: Mapping[Said, NoticeMould],
    now: datetime,
) -> Answered:
    for tries_left in reversed(range(TRIES_MAX)):
        here = np.isin(person, people.ids_between(int(person[0]), int(person[-1])))
        rows = list(
            zip(person[here].tolist(), zip(said[here].tolist(), by[here].tolist(), strict=True), strict=True)
        )
        # Where nothing is new no write transaction is begun.
        if not _changed(campaign_id, rows, facts):
            return Answered(given_count=0, unchanged_count=len(rows))
        try:
            with transaction.atomic():
                given = _write(campaign_id, rows, facts, moulds, now)
        except IntegrityError:
            if not tries_left:
                raise
        else:
            return Answered(given_count=given, unchanged_count=len(rows) - given)
    raise Broken("the last try returns or raises")


def _changed(
    campaign_id: int, rows: list[tuple[int, Said]], facts: Mapping[Said, AnswerFacts]
) -> list[tuple[int, Said]]:
    """Those of the rows to whom something else was told, or nothing."""
    told = Answer.objects.filter(
        campaign_id=campaign_id, stands=True, person_id__in=among([person_id for person_id, _ in rows])
    )
    told_of = {one[0]: one[1:] for one in told.values_list("person_id", "kind", "reason", "by_date")}
    said = {pair: (new.kind, new.reason, new.by_date) for pair, new in facts.items()}
    return [one for one in rows if told_of.get(one[0]) != said[one[1]]]


def _write(
    campaign_id: int,
    rows: list[tuple[int, Said]],
    facts: Mapping[Said, AnswerFacts],
    moulds: Mapping[Said, NoticeMould],
    now: datetime,
) -> int:
    # Looked at again: another worker may have answered them meanwhile.
    rows = _changed(campaign_id, rows, facts)
    before = Answer.objects.filter(
        campaign_id=campaign_id, stands=True, person_id__in=among([person_id for person_id, _ in rows])
    )
    # P3: what was offered and not taken leaves no trace, not even in the history of answers.
    before.filter(kind=Answer.Kind.OFFERED).delete()
    before.update(stands=False)
    at = moment(now)
    ready = {
        pair: (campaign_id, new.kind, new.reason, new.by_date.isoformat(), at, True)
        for pair, new in facts.items()
    }
    ids = next_ids(Answer, len(rows))
    _ANSWERS.insert([(pk, person_id, *ready[pair]) for pk, (person_id, pair) in zip(ids, rows, strict=True)])
    notices: list[Row] = [
        moulds[pair].row(person_id=person_id, dedupe_key=f"answer:{pk}", at=at)
        for pk, (person_id, pair) in zip(ids, rows, strict=True)
        # The offer's own notice says that there is an offer, and is deleted with it (P3).
        if facts[pair].kind != "offered"
    ]
    queue_ready(notices)
    return len(rows)

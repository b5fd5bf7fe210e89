"""A documented surge lived through again: every arrival, answer and task by the rooms' own actions, on a clock that
jumps from one moment to the next."""

from __future__ import annotations

import heapq
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from dure.base import outbox
from dure.base.memory import peak_rss_gb
from dure.movement.calls.types import ANSWER_KINDS
from dure.operations import answers
from dure.operations import day as turns
from dure.operations.simulate import flow, turn, vet
from dure.operations.simulate.crowd import Crowd
from dure.operations.simulate.figures import History, figures
from dure.operations.simulate.stage import Stage, set_stage
from dure.operations.simulate.told import Record
from dure.simulation import surge_folk
from dure.simulation.people import people
from dure.simulation.surge import Scenario, arrivals
from dure.simulation.surge_tasks import SurgeTasks, tasks

__all__ = ["replay"]

# While people come, minutes from one look at the door to the next; the product itself answers at once.
TICK_BUSY_MINUTES, TICK_CALM_MINUTES = 30, 180
# Days after the last arrivals on which many still confirm and hand in.
BUSY_DAYS_AFTER = 1
# Neighbours of eighteen: the call is for adults.
ADULT_BORN_BEFORE_YEARS = 19
Tell = Callable[[str], None]


def replay(surge: Scenario, *, seed: int, tell: Tell = lambda _: None) -> dict[str, object]:
    """Live through a surge and give its figures by the names of ``docs/why/no-one-left-waiting.md``.

    ``surge``: at the size it is played at (:meth:`Scenario.scaled`). ``tell`` hears a sentence a day. Refuses with
    ReplayElsewhere.
    """
    started = time.perf_counter()
    play = _Play.begin(surge, seed)
    for moment, act in play.moments():
        act(moment)
        if act == play.settle:
            tell(play.sentence(moment))
    found = figures(play.history(), tasks=surge.tasks, filled=play.done.seats_filled)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "scenario": surge.id,
        "scale": surge.scale,
        "seed": seed,
        **found,
        # An offer is told by a message too, which is written when it is sent and deleted with it (P3).
        "messages_a_placement": round((play.notices + play.done.offers) / max(1, play.done.accepted), 2),
        "offers": play.done.offers,
        "placements": play.done.accepted,
        "no_shows": play.done.no_shows,
        "towns": len(play.stage.country.towns),
        "peak_sign_ups_per_second": play.peak_per_second(),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "wall_seconds": round(time.perf_counter() - started, 1),
        "peak_rss_gb": peak_rss_gb(),
        "by_day": play.by_day,
    }


@dataclass(eq=False)
class _Play:
    """A running replay."""

    stage: Stage
    crowd: Crowd
    posts: SurgeTasks
    crew: vet.Crew
    record: Record = field(default_factory=Record)
    done: turn.Done = field(default_factory=turn.Done)
    by_day: list[dict[str, object]] = field(default_factory=list)
    notices: int = 0
    _last_notice: int = 0
    _not_needed: list[int] = field(default_factory=list)
    _kinds: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def begin(cls, surge: Scenario, seed: int) -> _Play:
        stage = set_stage(surge, seed)
        born = surge.opens_at.year - ADULT_BORN_BEFORE_YEARS
        folk = people(stage.country, surge.signed_up, seed, surge.opens_at.date())
        folk = replace(folk, birth_year=np.minimum(folk.birth_year, born).astype(np.int16))
        crowd = Crowd(
            folk,
            surge_folk.folk(surge, seed),
            stage.opened_s + arrivals(surge, seed),
            np.arange(surge.signed_up),
        )
        return cls(stage, crowd, tasks(surge, stage.country, seed), vet.crew_of(stage))

    def moments(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """Every moment at which something is done, in order."""
        at = self.stage.at
        surge = self.stage.surge
        busy_days = len(surge.arrival_shares) + BUSY_DAYS_AFTER
        for day in range(surge.days):
            plan: list[tuple[datetime, int, Callable[[datetime], None]]] = []
            tick_hours = (TICK_BUSY_MINUTES if day < busy_days else TICK_CALM_MINUTES) / 60
            acts: list[tuple[float, Callable[[datetime], None]]] = [
                (hour, self.tick) for hour in np.arange(0, 24, tick_hours).tolist()
            ]
            acts += [
                (1.0, self.tick),
                (0.0, self.leave),
                (3.0, self.open),
                (5.9, self.publish_today),
                (7.0, self.again),
            ]
            for start in surge.task_starts_h:
                acts += [(start + 0.3, self.come), (start + 0.5, self.again), (start + 1.2, self.come)]
            acts += [(14.9, self.publish_ahead), (17.0, self.match), (19.6, self.match)]
            acts += [(21.5, self.write_down), (23.6, self.settle), (23.9, self.tick)]
            for number, (hour, act) in enumerate(acts):
                if (moment := at(day, hour)) >= surge.opens_at:
                    heapq.heappush(plan, (moment, number, act))
            while plan:
                moment, _, act = heapq.heappop(plan)
                yield moment, act

    def _day(self, now: datetime) -> int:
        return (now.date() - self.stage.surge.opens_at.date()).days

    def tick(self, now: datetime) -> None:
        """Whoever signs up, confirms or hands in by now does; the crew looks; everybody is told what is true now."""
        flow.arrive(self.stage, self.crowd, now)
        flow.confirm(self.crowd, now)
        vet.hand_in(self.stage, self.crowd, now)
        vet.look(self.stage, self.crowd, self.crew, now)
        answers.refresh(campaign_id=self.stage.campaign.id, day=now.date(), now=now)
        self.hear(now)

    def hear(self, now: datetime) -> None:
        """Read what people were told since the last time, and count the letters: who leaves takes theirs along."""
        queued, self._last_notice = outbox.queued_after(self._last_notice)
        self.notices += queued
        persons, kinds = self.record.read_answers(self.stage.campaign.id)
        rows = self.crowd.rows_of(persons)
        self._kinds = np.concatenate(
            [self._kinds, np.full(self.crowd.count - len(self._kinds), -1, np.int64)]
        )
        # In the order given, so that of two answers the later one stands.
        self._kinds[rows] = kinds
        self._not_needed += rows[kinds == flow.NOT_NEEDED].tolist()
        flow.begin_own_part(self.crowd, rows, kinds, now)

    def leave(self, now: datetime) -> None:
        flow.lapse(self.crowd, now)
        told = np.array(sorted(set(self._not_needed)), np.int64)
        self._not_needed.clear()
        flow.leave(self.stage, self.crowd, self._day(now), told, now)

    def open(self, now: datetime) -> None:
        turns.open_day(campaign_id=self.stage.campaign.id, day=now.date(), now=now)

    def publish_today(self, now: datetime) -> None:
        turn.publish(self.stage, self.posts, turn.rows_due(self.posts, self._day(now), urgent=True))

    def publish_ahead(self, now: datetime) -> None:
        turn.publish(self.stage, self.posts, turn.rows_due(self.posts, self._day(now), urgent=False))

    def match(self, now: datetime) -> None:
        """The next day, in the evening before it."""
        tomorrow = date.fromordinal(now.toordinal() + 1)
        turn.match(self.stage, tomorrow, self.record, self.done, now)

    def again(self, now: datetime) -> None:
        turn.match_again(self.stage, now.date(), self.record, self.done, now)

    def come(self, now: datetime) -> None:
        turn.come(self.stage, now.date(), self.record, self.done, now)

    def write_down(self, now: datetime) -> None:
        turn.write_down(self.stage, now.date(), self.done, now)

    def settle(self, now: datetime) -> None:
        turn.settle(self.stage, now.date(), self.done, now)
        self.hear(now)
        persons, _ = self.record.tasks()
        here = self.crowd.person >= 0
        standing = np.bincount(
            self._kinds[: len(here)][here[: len(self._kinds)]] + 1, minlength=len(ANSWER_KINDS) + 1
        )
        self.by_day.append(
            {
                "day": now.date().isoformat(),
                "signed_up": int(np.isfinite(self.crowd.signed_s).sum()),
                "confirmed": int(np.isfinite(self.crowd.confirmed_s).sum()),
                "ready": int(np.isfinite(self.crowd.ready_s).sum()),
                "tasks_known": int((self.posts.seats[self.posts.day <= self._day(now)]).sum()),
                "tasks_done": self.done.seats_filled,
                "people_served": len(np.unique(persons)),
                "standing": dict(zip(ANSWER_KINDS, standing[1:].tolist(), strict=True)),
            }
        )

    def sentence(self, now: datetime) -> str:
        """What a day came to, for who watches."""
        today = self.by_day[-1]
        return (
            f"{today['day']}: {today['signed_up']:,} signed up, {today['ready']:,} ready, "
            f"{today['tasks_done']:,} of {today['tasks_known']:,} tasks done by {today['people_served']:,} people"
        )

    def peak_per_second(self) -> int:
        """Sign-ups in the busiest second."""
        seconds = np.floor(self.crowd.arrives_s[: self.stage.surge.signed_up]).astype(np.int64)
        return int(np.unique(seconds, return_counts=True)[1].max())

    def history(self) -> History:
        """What happened, as columns."""
        crowd = self.crowd
        came = np.isfinite(crowd.signed_s)
        place = np.cumsum(came) - 1
        persons, told_s, kinds, days = self.record.answers()
        offered, offer_s = self.record.offers()
        given, given_s = self.record.tasks_given()
        worked, task_s = self.record.tasks()
        zone = ZoneInfo(self.stage.surge.timezone)
        # A date passes with its day by the campaign's clock.
        known, at = np.unique(days, return_inverse=True)
        passes = [
            datetime.combine(date.fromordinal(one + 1), datetime.min.time(), zone) for one in known.tolist()
        ]
        until = np.array([one.timestamp() for one in passes])
        return History(
            signed_s=crowd.signed_s[came],
            confirmed_s=crowd.confirmed_s[came],
            left_s=crowd.left_s[came],
            told_row=place[crowd.rows_of(persons)],
            told_s=told_s.astype(np.float64),
            told_kind=kinds,
            told_until_s=until[at] if len(known) else np.zeros(0),
            offer_row=place[crowd.rows_of(offered)],
            offer_s=offer_s.astype(np.float64),
            given_row=place[crowd.rows_of(given)],
            given_s=given_s.astype(np.float64),
            task_row=place[crowd.rows_of(worked)],
            task_s=task_s.astype(np.float64),
            ends_s=self.stage.at(self.stage.surge.days).timestamp(),
            came_back=int(came.sum() - len(np.unique(crowd.like[came]))),
        )

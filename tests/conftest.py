from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from dure.base import throttle
from dure.base.briefly import BRIEFLY
from dure.base.home import home
from dure.movement.matching import late_day
from dure.operations.intake import INTAKE
from dure.web.public import joining
from tests.flush import entries_may_be_flushed

__all__ = [
    "entries_may_be_flushed",
    "language_is_let_go",
    "process_remembers_nothing",
    "signed_notes_are_forgotten",
]

# On a shared machine how long a draw or an example took says nothing.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


@pytest.fixture(autouse=True)
def signed_notes_are_forgotten() -> Iterator[None]:
    """The database is emptied between tests; what the data folder keeps of its log must go with it."""
    folder = home()
    yield
    forget_signed_notes(folder)


@pytest.fixture(autouse=True)
def process_remembers_nothing() -> None:
    """What a process keeps for a minute or longer is of another test's rows."""
    cache.clear()
    throttle.forget()
    BRIEFLY.forget()
    INTAKE.forget()
    joining.PAGES.forget()
    late_day.forget_days()


@pytest.fixture(autouse=True)
def language_is_let_go() -> Iterator[None]:
    """A page leaves its visitor's language to whatever its thread does next; the next test speaks the site's own."""
    yield
    translation.deactivate()


def forget_signed_notes(folder: Path) -> None:
    """What the data folder keeps of a log whose database is being taken away."""
    for kept in OF_A_LOG:
        shutil.rmtree(folder / kept, ignore_errors=True)


OF_A_LOG = ("log", "sealed", "witness", "figures", "imports", "evidence")
# Tests that share what is dear to set up: a site and a browser, a JVM.
BROWSER = "tests/browser/"
SPARK = ("tests/analytics/test_analytics_spark.py", "[spark]")


class InGroups(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out single tests, and those of a group to one process.

    The marks that pytest-xdist 3.8 has for it are lost on pytest 9.2 without a word: all that is dear was set up twice.
    """

    def _split_scope(self, nodeid: str) -> str:
        if any(part in nodeid for part in SPARK):
            return "spark"
        return BROWSER if nodeid.startswith(BROWSER) else nodeid

    def remove_node(self, node: WorkerController) -> str | None:
        """A test that took its process with it has failed, once: pytest-xdist begins it anew in each process that takes
        the dead one's place, nine times over, and one that hangs would hold up all for an hour."""
        workload = self.assigned_work.pop(node)
        waiting = [
            (unit, test) for unit in workload.values() for test, is_done in unit.items() if not is_done
        ]
        if not waiting:
            return None
        unit, crashed = waiting[0]
        unit[crashed] = True
        self.workqueue.update({scope: tests for scope, tests in workload.items() if not all(tests.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return str(crashed)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InGroups:
    # In the order pytest-django gives, what needs a database first: where a browser is open, an event loop runs, and
    # Django asks no database beside one.
    config.option.loadscopereorder = False
    return InGroups(config, log)


def pytest_collection_finish() -> None:
    """Thousands of tests and all they import stay to the end: looking for garbage in them cost a tenth of the CPU."""
    gc.collect()
    gc.freeze()

"""What a replay may refuse."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class ReplayElsewhere(Refusal):
    """A replay lives through two months with people who don't exist: not beside those who do."""

    code = "replay_elsewhere"
    says = (
        "There is a movement here already. Name an empty folder in DURE_HOME for the replay, and an empty database in "
        "DATABASE_URL if you use one."
    )

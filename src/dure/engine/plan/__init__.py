"""Plan arithmetic: fulfilment, growth, capacity, pace."""

from dure.engine.plan.arithmetic import (
    Growth,
    Hold,
    Load,
    Productivity,
    Share,
    capacity_use,
    fulfilment,
    growth,
    hold,
    norm_share,
    per,
    productivity,
    rounded,
    share_of,
    speed_ratio,
)
from dure.engine.plan.pace import Pace, pace
from dure.engine.plan.split import split_target

__all__ = [
    "Growth",
    "Hold",
    "Load",
    "Pace",
    "Productivity",
    "Share",
    "capacity_use",
    "fulfilment",
    "growth",
    "hold",
    "norm_share",
    "pace",
    "per",
    "productivity",
    "rounded",
    "share_of",
    "speed_ratio",
    "split_target",
]

"""What groups, crews, leads, minors and further shifts cost a match, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dure.cli.answer import Answer

if TYPE_CHECKING:
    from dure.engine.matching.sides import SideReport

TIER_NAMES = ("critical", "important", "useful")


def say_side(answer: Answer, side: SideReport) -> None:
    lost = ", ".join(
        f"{count:,} {name}" for name, count in zip(TIER_NAMES, side.lost_by_tier, strict=True) if count > 0
    )
    answer.say(
        f"Groups, crews and the like: {side.groups_kept:,} groups together, {side.groups_home:,} found no common post, "
        f"{side.crews_closed:,} posts closed for want of a crew, {int(side.extra_by_tier.sum()):,} further shifts. "
        f"Seats lost by it: {lost or 'none'}. At most {side.gap_share:.3%} from the best."
    )


def side_json(report: SideReport | None) -> dict[str, object] | None:
    """What groups, crews, leads, adults beside minors and further shifts cost the match; none were asked for: None."""
    if report is None:
        return None
    return {
        "gap": report.gap_units,
        "gap_share": report.gap_share,
        "lost_by_tier": report.lost_by_tier.tolist(),
        "groups_kept": report.groups_kept,
        "groups_home": report.groups_home,
        "groups_apart": report.groups_apart,
        "crews_closed": report.crews_closed,
        "crews_mended": report.crews_mended,
        "ratios_mended": report.ratios_mended,
        "adults_mended": report.adults_mended,
        "extra_by_tier": report.extra_by_tier.tolist(),
    }

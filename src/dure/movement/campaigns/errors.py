"""What campaigns refuse."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class CampaignFileBad(Refusal):
    """``problems``: every one of them, as text; ``listing``: the same, one a line."""

    code = "campaign_file_bad"
    says = "The campaign file {file} can't be used. Problems: {count}.\n{listing}"
    status = 422


class CampaignBad(Refusal):
    """The values of a campaign don't fit; facts as in CampaignFileBad."""

    code = "campaign_bad"
    says = "The campaign {slug} can't be made. Problems: {count}.\n{listing}"
    status = 422


class CampaignReused(Refusal):
    code = "campaign_reused"
    says = "There is a campaign {slug} already, and it says something else. Choose another slug."


class MovementReused(Refusal):
    code = "movement_reused"
    says = "There is a movement {slug} already, with another name or charter. Use its words or another slug."


class CampaignNotOpen(Refusal):
    code = "campaign_not_open"
    says = "The campaign {slug} is {state}; this takes an open one."


class CampaignClosed(Refusal):
    code = "campaign_closed"
    says = "The campaign {slug} is closed, and a closed campaign stays closed."


class CampaignOver(Refusal):
    code = "campaign_over"
    says = "The campaign {slug} ended on {ends_on}; it can't be opened any more."


class TargetBad(Refusal):
    """``problems``: every one of them, as text."""

    code = "target_bad"
    says = "The targets can't be set. Problems: {count}. {first}."
    status = 422


class TargetStands(Refusal):
    """Figures of an open campaign are frozen: a denominator that moves would make every share a lie (F9)."""

    code = "target_stands"
    says = "The campaign is open: the target of area {area_id} stands and can't be changed."

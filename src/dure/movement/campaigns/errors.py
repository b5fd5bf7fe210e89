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


class CampaignNotDraft(Refusal):
    code = "campaign_not_draft"
    says = (
        "The campaign {slug} is {state}: only a draft can be thrown away. Close it instead; its pages stay."
    )


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


class BreakBad(Refusal):
    code = "break_bad"
    says = "The campaign {slug} can't have this break: {what}. Expected: {wanted}."
    status = 422


class CampaignRests(Refusal):
    """On a day of a break nobody is matched or called; what is done all the same is recorded."""

    code = "campaign_rests"
    says = "The campaign {slug} has a break on {day} ({kind}: {reason}): nobody is matched or called. Resume it first."


class CampaignNotPaused(Refusal):
    code = "campaign_not_paused"
    says = "The campaign {slug} has no break on {day}, so there is nothing to resume."


class ClosingUnexplained(Refusal):
    code = "closing_unexplained"
    says = (
        "The campaign {slug} runs until {ends_on}: say in 1 to 500 characters why it is closed before that."
    )
    status = 422


class FollowingBad(Refusal):
    code = "following_bad"
    says = "The campaign {slug} can't be followed so: {what}. Expected: {wanted}."
    status = 422


class NothingFollowed(Refusal):
    code = "nothing_followed"
    says = "The campaign {slug} follows no other, so there is nobody to ask again."


class SplitBad(Refusal):
    code = "split_bad"
    says = "The target can't be handed down: {what}. Expected: {wanted}."
    status = 422


class PleaBad(Refusal):
    code = "plea_bad"
    says = "This can't be asked for: {what}. Expected: {wanted}."
    status = 422


class PleaOpen(Refusal):
    code = "plea_open"
    says = "Somebody argues about this target, and an answer is owed. Answer that first."


class PleaAnswered(Refusal):
    code = "plea_answered"
    says = "This has its answer already: {answer}."


class PleaNeedsName(Refusal):
    code = "plea_needs_name"
    says = "Whoever asks for another target, or answers, does so under their name. Sign in with an account of your own."
    status = 403


class PleaOwn(Refusal):
    code = "plea_own"
    says = "Somebody else has to answer what you asked for yourself."
    status = 403


class PlanUneven(Refusal):
    code = "plan_uneven"
    says = "The parts of {area}'s target don't sum to it, so {slug} can't be opened. Hand target {target_id} down anew."


class ReportEarly(Refusal):
    code = "report_early"
    says = "The campaign {slug} is {state}: what it came to is told once it is closed."

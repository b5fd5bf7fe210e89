"""Taking a campaign's first call back, with those whom its lists put in line, while nobody else had to do with it."""

from __future__ import annotations

from datetime import datetime

from dure.movement.calls.models import Answer, Appeal, AppealText, Reach, SignUp


def touched(*, campaign_id: int, code: str, opened_at: datetime) -> str:
    """What stands against taking the call back, in a few words; "" for nothing.

    Call it in the transaction that takes it back: from here on nobody answers the call. Whoever signed up at the very
    moment of the opening came from the draft's lists.
    """
    # Held as a sign-up would hold it, so that none comes in between.
    first = Appeal.objects.select_for_update().filter(campaign_id=campaign_id, code=code).first()
    if first is None or Appeal.objects.filter(campaign_id=campaign_id).exclude(pk=first.pk).exists():
        return "another call was opened"
    if Reach.objects.filter(appeal_id=first.pk).exists():
        return "people were called"
    if SignUp.objects.filter(appeal_id=first.pk).exclude(at=opened_at).exists():
        return "somebody signed up"
    if Answer.objects.filter(campaign_id=campaign_id).exists():
        return "people were told what becomes of their offer"
    return ""


def take_back(*, code: str) -> None:
    """Delete the call and its sign-ups; ``ProtectedError`` where another room wrote something down for it."""
    SignUp.objects.filter(appeal__code=code).delete()
    AppealText.objects.filter(appeal__code=code).delete()
    Appeal.objects.filter(code=code).delete()

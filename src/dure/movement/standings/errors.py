"""What standings refuses."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class ConfirmationNeedsName(Refusal):
    code = "confirmation_needs_name"
    says = "A denominator is confirmed by a named person. Sign in with an account of your own."
    status = 403

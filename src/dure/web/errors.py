"""What the doors themselves refuse."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class TooManyTries(Refusal):
    code = "too_many_tries"
    says = "Too many tries to sign in. Wait five minutes, or ask for a code by e-mail."
    status = 429

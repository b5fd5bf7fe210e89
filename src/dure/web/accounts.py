"""How allauth works here: accounts are opened by organisers, never by a form; guessing is stopped."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from dure.base.errors import TooManyTries

# The window in which allauth counts failed tries (ACCOUNT_RATE_LIMITS, login_failed).
FAILED_MINUTES = 5


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes sign-up; volunteers need no account, and everyone else is let in by somebody."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """allauth counts the tries (5 in 5 minutes an account and place, 10 a minute a place); the answer is 429."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise TooManyTries(minutes=FAILED_MINUTES) from error

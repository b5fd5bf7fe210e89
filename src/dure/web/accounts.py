"""How allauth works here: accounts are opened by organisers, never by a form."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes sign-up; volunteers need no account, and everyone else is let in by somebody."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

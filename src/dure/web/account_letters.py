"""In which language letters come to somebody who works here: their own choice, else the installation's."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base import accounts
from dure.base.access import Actor
from dure.base.models import Role
from dure.operations.letters import crew_language, language_of
from dure.web.doors import door_for
from dure.web.forms import letter_languages


class AccountLettersForm(forms.Form):
    """The language of letters."""

    language = forms.ChoiceField(label=_("Write to me in"), choices=lambda: letter_languages())


def remember(account_id: int, code: str) -> None:
    """Who chooses a language for pages is written to in it, too, if there are letters in it."""
    if language_of(code) == code:
        accounts.choose_language(account_id=account_id, language=code)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(*Role.values)
def letters(request: HttpRequest, actor: Actor) -> HttpResponse:
    account_id = cast(int, actor.account_id)  # the door lets in nobody without an account
    form = AccountLettersForm(
        request.POST if request.method == "POST" else None,
        initial={"language": crew_language(accounts.language_of(account_id))},
    )
    if not form.is_valid():
        return render(request, "web/letters.html", {"form": form}, status=422 if form.is_bound else 200)
    accounts.choose_language(account_id=account_id, language=form.cleaned_data["language"])
    messages.success(request, gettext("Noted. So we write to you from now on."))
    return redirect("account-letters")

"""A lost private link: asked for by e-mail address, sent to that address alone."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dure.base import throttle
from dure.base.errors import TooManyTries
from dure.kernel.refusals import BadInput
from dure.operations.links import send_links
from dure.operations.refusal_words import words_of
from dure.web.clock import now


class LinkForm(forms.Form):
    """Whom to send the link to."""

    email = forms.CharField(
        label=_("E-mail or mobile phone"),
        max_length=254,
        help_text=_("What you signed up with."),
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Known and unknown addresses get the same answer, and count alike."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "public/link.html", {"form": form}, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"]
    try:
        throttle.count_place(request, now=now())
        throttle.count_link(request, email, now=now())
        send_links(contact=email, now=now())
    except (TooManyTries, BadInput) as no:
        form.add_error("email" if isinstance(no, BadInput) else None, words_of(no))
        return render(request, "public/link.html", {"form": form}, status=no.status)
    messages.success(
        request,
        gettext("If somebody signed up with this, their link is on its way there. Look for it soon."),
    )
    return redirect("link")

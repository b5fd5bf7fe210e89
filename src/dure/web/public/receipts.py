"""Check a receipt: in the visitor's browser where it can, else by our word alone, which the page says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base import throttle
from dure.kernel.refusals import NotFound
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.errors import LogUnsigned
from dure.web.clock import now

RECEIPT_CHARS_MAX = 60_000
# What JavaScript holds exactly; no log comes near it.
INDEX_MAX = 2**53 - 1
_PLAIN = re.compile(r"(\d{1,16})[\s,;:]+([0-9a-fA-F]{64})", re.ASCII)
_LEAF = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A receipt as it was pasted."""

    index: int
    leaf_hash: bytes


class ReceiptForm(forms.Form):
    """A receipt as we hand it out, or its number and leaf hash."""

    receipt = forms.CharField(
        label=_("The receipt"),
        max_length=RECEIPT_CHARS_MAX,
        help_text=_("The file you kept, or the entry’s number and its leaf hash with a space between."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_receipt(self) -> Asked:
        asked = asked_in(self.cleaned_data["receipt"])
        if asked is None:
            raise ValidationError(
                gettext("This is no receipt: it needs an entry’s number and a hash of 64 digits.")
            )
        return asked


def asked_in(text: str) -> Asked | None:
    """The receipt in ``text``: the first, where it holds many; None if there is none."""
    if plain := _PLAIN.fullmatch(text.strip()):
        return _asked(int(plain[1]), plain[2])
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(given, dict) and isinstance(given.get("receipts"), list):
        given = next(iter(given["receipts"]), None)
    if not isinstance(given, dict):
        return None
    return _asked(given.get("index"), given.get("leaf_hash"))


def _asked(index: object, leaf_hash: object) -> Asked | None:
    is_index = isinstance(index, int) and not isinstance(index, bool) and 0 <= index <= INDEX_MAX
    if not is_index or not isinstance(leaf_hash, str) or not _LEAF.fullmatch(leaf_hash):
        return None
    return Asked(int(str(index)), bytes.fromhex(leaf_hash))


@require_http_methods(["GET", "HEAD", "POST"])
def check_receipt(request: HttpRequest) -> HttpResponse:
    page: dict[str, object] = {"checkpoint": ledger.latest_checkpoint()}
    if request.method == "POST":
        throttle.count_place(request, now=now())
        form = ReceiptForm(request.POST)
        if form.is_valid():
            page |= answer(form.cleaned_data["receipt"])
    else:
        form = ReceiptForm()
    status = 422 if form.errors else 200
    return render(request, "public/receipt.html", page | {"form": form}, status=status)


def answer(asked: Asked) -> dict[str, object]:
    """What the server says of a receipt: ``verdict`` is holds, later, other or unknown."""
    facts: dict[str, object] = {"asked": asked}
    try:
        proof = ledger.proof(asked.index)
    except NotFound:
        return facts | {"verdict": "unknown"}
    except LogUnsigned:
        return facts | {"verdict": "later"}
    holds = proof.leaf_hash == asked.leaf_hash
    return facts | {"verdict": "holds" if holds else "other", "proof": proof if holds else None}

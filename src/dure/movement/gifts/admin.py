"""Gifts in the read-only admin. Requests are left out: they are between the asker and the organisers."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.gifts.models import GiftMove, GiftOffer


class GiftOfferAdmin(ReadOnlyAdmin):
    list_display = ("item", "quantity_milli", "received_milli", "issued_milli", "lost_milli")
    list_filter = ("campaign",)
    exclude = ("donor_name", "fingerprint")


class GiftMoveAdmin(ReadOnlyAdmin):
    list_display = ("kind", "offer", "quantity_milli", "entry_index", "at")
    list_filter = ("kind",)
    exclude = ("request", "fingerprint")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (GiftOffer, GiftOfferAdmin),
    (GiftMove, GiftMoveAdmin),
]

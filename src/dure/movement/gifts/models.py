"""Tables of gifts. Recipients stay private: public pages never read GiftRequest."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class GiftRequest(models.Model):
    """What an institution asks for. Seen by itself and by organisers of its area alone."""

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    account = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=120)
    quantity_milli = models.BigIntegerField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity_milli__gt=0), name="request_is_positive")]

    def __str__(self) -> str:
        return self.item


class GiftOffer(models.Model):
    """Goods or money that somebody offers. ``donor_name`` is how the donor wants to be thanked; may be empty.

    Of money, ``item`` is the purpose it is given for: what was spent is booked against it (a restricted fund).
    """

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    donor_name = models.CharField(max_length=80, blank=True)
    # An indicator of goods or money of the campaign: it carries the unit and adds the gifts up.
    indicator = models.ForeignKey("campaigns.Indicator", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=120)
    quantity_milli = models.BigIntegerField()
    offered_at = models.DateTimeField()
    # Running sums of the moves, kept by ``gifts.actions``: what is in stock is received - issued - lost.
    received_milli = models.BigIntegerField(default=0)
    issued_milli = models.BigIntegerField(default=0)
    lost_milli = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity_milli__gt=0), name="offer_is_positive"),
            models.CheckConstraint(
                condition=Q(
                    issued_milli__gte=0,
                    lost_milli__gte=0,
                    received_milli__gte=F("issued_milli") + F("lost_milli"),
                ),
                name="gift_stock_is_not_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return self.item


class GiftMove(models.Model):
    """Goods or money received, issued or lost, under the eyes of two keepers; each move is a ledger entry.

    One that ``corrects`` an earlier move has that move's kind, and the difference as its quantity.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received"
        ISSUED = "issued"
        LOST = "lost"

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    offer = models.ForeignKey(GiftOffer, on_delete=models.PROTECT, related_name="+")
    # What the goods were given for; who asked stays private.
    request = models.ForeignKey(
        GiftRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    quantity_milli = models.BigIntegerField()
    keeper = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    second_keeper = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    entry_index = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity_milli__gt=0) | Q(corrects__isnull=False), name="gift_move_is_positive"
            ),
            models.CheckConstraint(condition=~Q(keeper=F("second_keeper")), name="gift_move_has_two_keepers"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.offer_id}"


class GiftReceipt(models.Model):
    """What the institution that asked says came of a move: a second source, since it kept none of the books before.

    Once a move. ``said`` is read by its organisers and auditors; ``thanks`` by everybody where the institution agrees,
    and never with its name.
    """

    client_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    move = models.OneToOneField(GiftMove, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("base.Account", on_delete=models.PROTECT, related_name="+")
    found_milli = models.BigIntegerField()
    said = models.CharField(max_length=500, blank=True)
    thanks = models.CharField(max_length=500, blank=True)
    thanks_shown = models.BooleanField(default=False)
    entry_index = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(found_milli__gte=0), name="gift_receipt_is_a_count")
        ]

    def __str__(self) -> str:
        return f"receipt of {self.move_id}"

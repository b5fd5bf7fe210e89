from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "dure.movement.ledger"
    label = "ledger"

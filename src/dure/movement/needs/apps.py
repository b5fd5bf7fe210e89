from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "dure.movement.needs"
    label = "needs"

from django.apps import AppConfig


class VettingConfig(AppConfig):
    name = "dure.movement.vetting"
    label = "vetting"

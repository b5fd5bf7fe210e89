from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "dure.movement.calls"
    label = "calls"

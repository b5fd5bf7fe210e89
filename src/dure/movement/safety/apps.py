from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "dure.movement.safety"
    label = "safety"

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "dure.movement.matching"
    label = "matching"

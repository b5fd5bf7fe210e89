from django.apps import AppConfig


class StandingsConfig(AppConfig):
    name = "dure.movement.standings"
    label = "standings"

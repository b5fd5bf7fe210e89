from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "dure.movement.honours"
    label = "honours"

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "dure.movement.practices"
    label = "practices"

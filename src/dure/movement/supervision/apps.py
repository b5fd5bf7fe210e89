from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "dure.movement.supervision"
    label = "supervision"

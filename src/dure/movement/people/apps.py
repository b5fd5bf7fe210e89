from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "dure.movement.people"
    label = "people"

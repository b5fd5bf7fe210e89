from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "dure.movement.places"
    label = "places"

from django.apps import AppConfig


class GiftsConfig(AppConfig):
    name = "dure.movement.gifts"
    label = "gifts"

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "dure.base"
    label = "base"

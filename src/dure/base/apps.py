from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "dure.base"
    label = "base"

    def ready(self) -> None:
        from dure.base import row_ids

        row_ids.register()

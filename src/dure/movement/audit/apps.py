from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "dure.movement.audit"
    label = "audit"

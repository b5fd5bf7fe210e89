from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "dure.movement.evidence"
    label = "evidence"

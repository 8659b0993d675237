from django.apps import AppConfig

from icma.legalaid import deploy  # noqa: F401  (its checks)


class LegalaidConfig(AppConfig):
    name = "icma.legalaid"
    label = "legalaid"

"""The `audit` app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The ground: changes, history, signatures and refusals; it knows nothing of vials."""

    name = "audit"

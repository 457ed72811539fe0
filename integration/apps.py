"""The `integration` app."""

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    """Every machine door: the REST API and file imports."""

    name = "integration"

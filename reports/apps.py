"""The `reports` app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Every sheet of paper, the kit they share and the register of exports."""

    name = "reports"

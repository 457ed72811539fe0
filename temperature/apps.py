"""The `temperature` app."""

from django.apps import AppConfig


class TemperatureConfig(AppConfig):
    """Feeds, probes, readings, gaps, alarms, excursions: what the cold really was."""

    name = "temperature"

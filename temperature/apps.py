"""The `temperature` app."""

from django.apps import AppConfig


class TemperatureConfig(AppConfig):
    """Feeds, probes, readings, gaps, alarms, excursions: what the cold really was."""

    name = "temperature"

    def ready(self) -> None:
        """Have the digests of readings recomputed with every verification of the trail."""
        from audit.seals.attached import check_with  # tables load after the apps
        from temperature.checking import check_readings

        check_with(check_readings)

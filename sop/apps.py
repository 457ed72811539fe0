"""The `sop` app."""

from django.apps import AppConfig


class SopConfig(AppConfig):
    """Who may do what, in which order: procedures stand behind this seam."""

    name = "sop"

    def ready(self) -> None:
        """Tell the write door which actions a wrong clock stops."""
        from sop.clock import register_clock_rules  # it needs the tables of the ground

        register_clock_rules()

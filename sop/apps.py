"""The `sop` app."""

from django.apps import AppConfig


class SopConfig(AppConfig):
    """Who may do what, in which order: procedures stand behind this seam."""

    name = "sop"

    def ready(self) -> None:
        """Tell the write door which actions a wrong clock stops, and which step one follows."""
        from audit.following import find_steps_with  # tables load after the apps
        from sop.clock import register_clock_rules
        from sop.stepping import find_step

        register_clock_rules()
        find_steps_with(find_step)

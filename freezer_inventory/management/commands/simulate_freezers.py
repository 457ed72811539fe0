"""Standing in for the freezers of the demo."""

from django.core.management.base import BaseCommand

from freezer_inventory import demo_freezers


class Command(BaseCommand):
    """Answer over HTTP as the gateways of the demo's sites would."""

    help = "Stand in for the freezers of the demo, over HTTP on this machine only."

    def handle(self, **_: object) -> None:
        """Answer until stopped."""
        self.stdout.write(f"Freezers answer on {demo_freezers.HOST}:{demo_freezers.port()}")
        demo_freezers.serve()

"""The wiring as a Django app, so that its commands are found."""

from django.apps import AppConfig


class FreezerInventoryConfig(AppConfig):
    """Carries the commands that set the product up and run it."""

    name = "freezer_inventory"
    label = "freezer_inventory"

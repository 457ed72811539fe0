"""The `inventory` app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """What exists and where: sites, containers, programs, products, patients, therapies, vials."""

    name = "inventory"

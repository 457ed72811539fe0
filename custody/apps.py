"""The `custody` app."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """What happens to vials: actions, the ledger, stays, holds, retrievals, viability."""

    name = "custody"

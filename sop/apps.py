"""The `sop` app."""

from django.apps import AppConfig


class SopConfig(AppConfig):
    """Who may do what, in which order: procedures stand behind this seam."""

    name = "sop"

"""The `web` app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Every screen: urls, views, forms, template tags; no tables, no rules, no writes."""

    name = "web"

"""The `web` app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    """Every screen: urls, views, forms, template tags; no tables, no rules, no writes."""

    name = "web"

    def ready(self) -> None:
        """Let every sign-in, by whatever page, end the signing that it interrupts."""
        from web.continuous_signing import end_signing  # people are known once all apps are

        user_logged_in.connect(end_signing, dispatch_uid="web.continuous_signing")

"""The `web` app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    """Every screen: urls, views, forms, template tags; no tables, no rules, no writes."""

    name = "web"

    def ready(self) -> None:
        """Let every sign-in, by whatever page, begin a session that no signing goes on in."""
        from web.continuous_signing import end_signing  # people are known once all apps are
        from web.session_lock import begin_session

        user_logged_in.connect(end_signing, dispatch_uid="web.continuous_signing")
        user_logged_in.connect(begin_session, dispatch_uid="web.session_lock")

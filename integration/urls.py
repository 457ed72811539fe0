"""The addresses of machines; each proves who it is with a token instead of a session."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from integration import health
from integration.api import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        login_not_required(_pattern.callback)

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/v1/", (_patterns, _app, _namespace)),
]

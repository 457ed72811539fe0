"""The addresses of the style guide, for development and the demo."""

from django.urls import path

from web.views import styleguide

app_name = "styleguide"
urlpatterns = [
    path("", styleguide.styleguide, name="styleguide"),
    path("scan/", styleguide.scan, name="scan"),
]

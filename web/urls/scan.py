"""The address that takes any code."""

from django.urls import path

from web.views import scan

app_name = "scan"
urlpatterns = [
    path("", scan.scan, name="scan"),
]

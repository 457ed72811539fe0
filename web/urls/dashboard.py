"""The address of the dashboard."""

from django.urls import path

from web.views import dashboard

app_name = "dashboard"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
]

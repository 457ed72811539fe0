"""The addresses of temperature."""

from django.urls import path

from web.views import temperature

app_name = "temperature"
urlpatterns = [
    path("", temperature.index, name="index"),
]

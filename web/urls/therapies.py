"""The addresses of therapies, by their chain-of-identity id."""

from django.urls import path

from web.views import therapies

app_name = "therapies"
urlpatterns = [
    path("", therapies.index, name="index"),
    path("<str:coi>/", therapies.therapy, name="therapy"),
]

"""The address that keeps a choice about this screen."""

from django.urls import path

from web.views import preferences

app_name = "preferences"
urlpatterns = [
    path("", preferences.choose, name="choose"),
]

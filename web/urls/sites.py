"""The address where somebody says at which site they work."""

from django.urls import path

from web.views import sites

app_name = "sites"
urlpatterns = [
    path("", sites.choose, name="choose"),
]

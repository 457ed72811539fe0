"""The address of putting vials away."""

from django.urls import path

from web.views import put_away

app_name = "put_away"
urlpatterns = [
    path("", put_away.put_away, name="put_away"),
]

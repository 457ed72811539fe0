"""The addresses of quality's work."""

from django.urls import path

from web.views import quality

app_name = "quality"
urlpatterns = [
    path("", quality.index, name="index"),
    path("vials/", quality.vials, name="vials"),
    path("decide/", quality.decide, name="decide"),
    path("holds/new/", quality.new_hold, name="new_hold"),
    path("holds/<int:hold_id>/", quality.hold, name="hold"),
    path("holds/<int:hold_id>/release/", quality.release, name="release"),
]

"""The addresses of quality's work."""

from django.urls import path

from web.views import quality, retention

app_name = "quality"
urlpatterns = [
    path("", quality.index, name="index"),
    path("vials/", quality.vials, name="vials"),
    path("decide/", quality.decide, name="decide"),
    path("retention/", retention.retention, name="retention"),
    path("retention/periods/", retention.set_periods, name="set_periods"),
    path("retention/hold/", retention.hold_record, name="hold_record"),
    path(
        "retention/hold/<int:legal_hold_id>/release/",
        retention.release_record,
        name="release_record",
    ),
    path("holds/new/", quality.new_hold, name="new_hold"),
    path("holds/<int:hold_id>/", quality.hold, name="hold"),
    path("holds/<int:hold_id>/release/", quality.release, name="release"),
]

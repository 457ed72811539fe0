"""The addresses of labels."""

from django.urls import path

from web.views import labels

app_name = "labels"
urlpatterns = [
    path("vials/<int:vial_id>/", labels.vial, name="vial"),
    path("batches/<int:batch_id>/", labels.batch, name="batch"),
    path("instruments/<int:instrument_id>/", labels.instrument, name="instrument"),
    path("containers/<int:container_id>/", labels.container, name="container"),
]

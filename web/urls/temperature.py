"""The addresses of temperature."""

from django.urls import path

from web.views import temperature

app_name = "temperature"
urlpatterns = [
    path("", temperature.index, name="index"),
    path("excursions/<int:excursion_id>/", temperature.excursion, name="excursion"),
    path("gaps/<int:gap_id>/", temperature.gap, name="gap"),
    path("units/<int:unit_id>/", temperature.unit, name="unit"),
    path("units/<int:unit_id>/readings.json", temperature.readings, name="readings"),
]

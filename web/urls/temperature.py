"""The addresses of temperature."""

from django.urls import path

from web.views import alarms, temperature
from web.views import temperature_reviews as reviews

app_name = "temperature"
urlpatterns = [
    path("", temperature.index, name="index"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/<int:alarm_id>/", alarms.alarm, name="alarm"),
    path("alarms/<int:alarm_id>/acknowledge/", alarms.acknowledge, name="acknowledge"),
    path("alarms/<int:alarm_id>/pause/", alarms.pause_alarm, name="pause_alarm"),
    path("pauses/<int:pause_id>/end/", alarms.end_pause, name="end_pause"),
    path("units/<int:unit_id>/pause/", alarms.pause_unit, name="pause_unit"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/new/", reviews.new_review, name="new_review"),
    path("reviews/rules/", reviews.set_review_rules, name="set_review_rules"),
    path("reviews/<int:temperature_review_id>/", reviews.review, name="review"),
    path("excursions/<int:excursion_id>/", temperature.excursion, name="excursion"),
    path("gaps/<int:gap_id>/", temperature.gap, name="gap"),
    path("units/<int:unit_id>/", temperature.unit, name="unit"),
    path("units/<int:unit_id>/readings.json", temperature.readings, name="readings"),
]

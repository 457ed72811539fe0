"""The addresses of emergency access."""

from django.urls import path

from web.views import emergencies

app_name = "emergency"
urlpatterns = [
    path("", emergencies.index, name="index"),
    path("ask/", emergencies.ask, name="ask"),
    path("<int:emergency_id>/", emergencies.detail, name="detail"),
    path("<int:emergency_id>/approve/", emergencies.approve, name="approve"),
    path("<int:emergency_id>/approve/two/", emergencies.approve_both, name="approve_both"),
    path("<int:emergency_id>/end/", emergencies.end, name="end"),
    path("<int:emergency_id>/review/", emergencies.review, name="review"),
]

"""The addresses of one vial: its page, its record, and one for each step."""

from django.urls import path

from web.views.vials import pages

app_name = "vials"
urlpatterns = [
    path("<int:vial_id>/", pages.detail, name="detail"),
    path("<int:vial_id>/record/", pages.record, name="record"),
]

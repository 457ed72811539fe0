"""The addresses of files of readings."""

from django.urls import path

from web.views import reading_files

app_name = "reading_files"
urlpatterns = [
    path("", reading_files.bring, name="bring"),
    path("<int:waiting_file_id>/", reading_files.waiting, name="waiting"),
    path("stored/<int:intake_id>/", reading_files.stored, name="stored"),
]

"""The addresses of runs: the list, one run, and what is done with it."""

from django.urls import path

from web.views import copies, runs, runs_held

app_name = "runs"
urlpatterns = [
    path("", runs.index, name="index"),
    path("start/", runs.start, name="start"),
    path("<int:run_id>/", runs.run, name="run"),
    path("<int:run_id>/copy/", copies.run, name="copy"),
    path("<int:run_id>/sign/", runs.sign, name="sign"),
    path("<int:run_id>/act/", runs.act, name="act"),
    path("<int:run_id>/confirm/", runs.confirm, name="confirm"),
    path("<int:run_id>/files/<int:record_id>/", runs.file, name="file"),
    path("<int:run_id>/pause/", runs_held.pause, name="pause"),
    path("<int:run_id>/resume/", runs_held.resume, name="resume"),
    path("<int:run_id>/abandon/", runs_held.abandon, name="abandon"),
    path("<int:run_id>/migrate/", runs_held.migrate, name="migrate"),
]

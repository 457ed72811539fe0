"""The addresses of reports."""

from django.urls import path

from web.views import reports

app_name = "reports"
urlpatterns = [
    path("", reports.index, name="index"),
    path("dossier/", reports.dossier, name="dossier"),
    path("training/", reports.training, name="training"),
    path("runs/", reports.runs, name="runs"),
]

"""The addresses of training."""

from django.urls import path

from web.views import training

app_name = "training"
urlpatterns = [
    path("", training.index, name="index"),
    path("<int:person_id>/", training.person, name="person"),
    path("<int:person_id>/assess/<int:version_id>/", training.assess, name="assess"),
    path("read/<int:version_id>/", training.read, name="read"),
    path("required/<int:version_id>/", training.demand, name="demand"),
    path("assessments/<int:assessment_id>/end/", training.end, name="end"),
]

"""The addresses of emergency work."""

from django.urls import path

from web.views import emergency_work

app_name = "emergency_work"
urlpatterns = [
    path("", emergency_work.index, name="index"),
    path("begin/", emergency_work.begin, name="begin"),
    path("<int:work_id>/end/", emergency_work.end, name="end"),
]

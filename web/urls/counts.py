"""The addresses of cycle counts."""

from django.urls import path

from web.views import counts

app_name = "counts"
urlpatterns = [
    path("", counts.index, name="index"),
    path("new/", counts.new, name="new"),
    path("<int:count_id>/", counts.count, name="count"),
    path("<int:count_id>/close/", counts.close, name="close"),
    path("<int:count_id>/abandon/", counts.abandon, name="abandon"),
    path("<int:count_id>/copy/", counts.copy, name="copy"),
]

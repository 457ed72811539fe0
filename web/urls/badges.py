"""The addresses of badges and keys."""

from django.urls import path

from web.views import badges

app_name = "badges"
urlpatterns = [
    path("", badges.index, name="index"),
    path("issue/", badges.issue, name="issue"),
    path("<int:badge_id>/test/", badges.check, name="check"),
    path("<int:badge_id>/end/", badges.end, name="end"),
    path("<int:badge_id>/replace/", badges.replace, name="replace"),
]

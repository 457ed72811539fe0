"""The addresses of emptying a unit that fails."""

from django.urls import path

from web.views import emptying

app_name = "emptying"
urlpatterns = [
    path("", emptying.index, name="index"),
    path("unit/<int:unit_id>/", emptying.of_unit, name="of_unit"),
    path("unit/<int:unit_id>/begin/", emptying.begin, name="begin"),
    path("<int:emptying_id>/", emptying.emptying, name="emptying"),
    path("<int:emptying_id>/places/", emptying.places, name="places"),
    path("<int:emptying_id>/end/", emptying.end, name="end"),
]

"""The addresses of storage."""

from django.urls import path

from web.views import storage, storage_acts

app_name = "storage"
urlpatterns = [
    path("", storage.index, name="index"),
    path("<int:container_id>/", storage.container, name="container"),
    path("<int:container_id>/moves/", storage.moves, name="moves"),
    path("<int:container_id>/past/", storage.past, name="past"),
    path("<int:container_id>/move/", storage_acts.move, name="move"),
    path("<int:container_id>/lift/", storage_acts.lift, name="lift"),
    path("<int:container_id>/back/", storage_acts.back, name="back"),
    path("<int:container_id>/block/", storage_acts.block, name="block"),
    path("<int:container_id>/unblock/", storage_acts.unblock, name="unblock"),
    path("<int:container_id>/retire/", storage_acts.retire, name="retire"),
]

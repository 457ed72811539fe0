"""The addresses of one vial: its page, its record, and one for each step."""

from django.urls import path

from web.views.vials import exposure, pages, places, steps

app_name = "vials"
urlpatterns = [
    path("<int:vial_id>/", pages.detail, name="detail"),
    path("<int:vial_id>/past/", pages.past, name="past"),
    path("<int:vial_id>/record/", pages.record, name="record"),
    path("<int:vial_id>/exposure/", exposure.exposure, name="exposure"),
    path("<int:vial_id>/exposure/accept/", exposure.accept, name="accept-exposure"),
    path("<int:vial_id>/move/", places.move, name="move"),
    path("<int:vial_id>/put-back/", places.put_back, name="put-back"),
    path("<int:vial_id>/store-late/", places.store_late, name="store-late"),
    path("<int:vial_id>/found/", places.found, name="found"),
    path("<int:vial_id>/check-out/", steps.check_out, name="check-out"),
    path("<int:vial_id>/discard/", steps.discard, name="discard"),
    path("<int:vial_id>/consume/", steps.consume, name="consume"),
    path("<int:vial_id>/transfer/", steps.transfer, name="transfer"),
    path("<int:vial_id>/relabel/", steps.relabel, name="relabel"),
    path("<int:vial_id>/missing/", steps.missing, name="missing"),
    path("<int:vial_id>/hold/", steps.hold, name="hold"),
    path("<int:vial_id>/split/", steps.split, name="split"),
]

"""The addresses of retrievals: the list, one order, and each step on its way."""

from django.urls import path

from web.views import clinic_notices, hand_overs, picks, retrievals

app_name = "retrievals"
urlpatterns = [
    path("", retrievals.index, name="index"),
    path("<int:retrieval_id>/", retrievals.retrieval, name="retrieval"),
    path("<int:retrieval_id>/claim/", retrievals.claim, name="claim"),
    path("<int:retrieval_id>/release/", retrievals.release, name="release"),
    path("<int:retrieval_id>/pick-list/", retrievals.pick_list, name="pick_list"),
    path("<int:retrieval_id>/pick/", picks.pick, name="pick"),
    path("<int:retrieval_id>/witness/", picks.witness, name="witness"),
    path("<int:retrieval_id>/check-out/", picks.check_out, name="check_out"),
    path("<int:retrieval_id>/pack/", hand_overs.pack, name="pack"),
    path("<int:retrieval_id>/hand-over/", hand_overs.hand_over, name="hand_over"),
    path("<int:retrieval_id>/arrival/", hand_overs.arrival, name="arrival"),
    path(
        "<int:retrieval_id>/clinic/<int:clinic_notice_id>/",
        clinic_notices.answer,
        name="clinic_answer",
    ),
    path("<int:retrieval_id>/administration/", hand_overs.administration, name="administration"),
    path("<int:retrieval_id>/take-back/", hand_overs.take_back, name="take_back"),
]

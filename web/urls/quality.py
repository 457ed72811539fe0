"""The addresses of quality's work."""

from django.urls import path

from web.views import copies, deviations, excursions, quality, retention, warmth
from web.views import deviation_acts as acts
from web.views import temperature_copies as warm

app_name = "quality"
urlpatterns = [
    path("", quality.index, name="index"),
    path("vials/", quality.vials, name="vials"),
    path("decide/", quality.decide, name="decide"),
    path("retention/", retention.retention, name="retention"),
    path("retention/periods/", retention.set_periods, name="set_periods"),
    path("retention/hold/", retention.hold_record, name="hold_record"),
    path(
        "retention/hold/<int:legal_hold_id>/release/",
        retention.release_record,
        name="release_record",
    ),
    path("deviations/", deviations.deviations, name="deviations"),
    path("deviations/new/", deviations.new_deviation, name="new_deviation"),
    path("deviations/<int:deviation_id>/", deviations.deviation, name="deviation"),
    path("deviations/<int:deviation_id>/copy/", copies.deviation, name="copy_deviation"),
    path("deviations/<int:deviation_id>/contain/", acts.contain, name="contain_deviation"),
    path("deviations/<int:deviation_id>/vials/", acts.name_more_vials, name="name_more_vials"),
    path("deviations/<int:deviation_id>/investigate/", acts.investigate, name="investigate"),
    path("deviations/<int:deviation_id>/link/", acts.link_outside, name="link_outside"),
    path("deviations/<int:deviation_id>/classify/", acts.classify, name="classify"),
    path("deviations/<int:deviation_id>/assess/", acts.assess, name="assess"),
    path("deviations/<int:deviation_id>/report/", acts.report, name="settle_report"),
    path("deviations/<int:deviation_id>/ask-closure/", acts.ask_closure, name="ask_closure"),
    path("deviations/<int:deviation_id>/close/", acts.close, name="close_deviation"),
    path("deviations/<int:deviation_id>/reopen/", acts.reopen, name="reopen_deviation"),
    path("excursions/", excursions.excursions, name="excursions"),
    path("excursions/<int:excursion_id>/", excursions.excursion, name="excursion"),
    path(
        "excursions/<int:excursion_id>/evaluate/",
        excursions.evaluate_excursion,
        name="evaluate_excursion",
    ),
    path("excursions/<int:excursion_id>/copy/", warm.excursion, name="copy_excursion"),
    path("gaps/<int:gap_id>/", excursions.gap, name="gap"),
    path("gaps/<int:gap_id>/copy/", warm.gap, name="copy_gap"),
    path("gaps/<int:gap_id>/evaluate/", excursions.evaluate_gap, name="evaluate_gap"),
    path("warmth/<int:unit_id>/", warmth.warmth, name="warmth"),
    path("warmth/<int:unit_id>/evaluate/", warmth.evaluate_warmth, name="evaluate_warmth"),
    path("incidents/", deviations.incidents, name="incidents"),
    path("incidents/new/", deviations.new_incident, name="new_incident"),
    path("holds/new/", quality.new_hold, name="new_hold"),
    path("holds/<int:hold_id>/", quality.hold, name="hold"),
    path("holds/<int:hold_id>/release/", quality.release, name="release"),
]

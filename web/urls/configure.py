"""The addresses of configuration."""

from django.urls import include, path

from web.views import (
    access,
    access_reviews,
    configure,
    configure_things,
    container_types,
    governance,
    handling,
    instruments,
    readiness,
)

app_name = "configure"
urlpatterns = [
    path("", configure.index, name="index"),
    path("sites/", configure.sites, name="sites"),
    path("sites/add/", configure_things.add_site, name="add_site"),
    path("units/add/", configure_things.add_unit, name="add_unit"),
    path("containers/add/", configure_things.add_containers, name="add_containers"),
    path("types/", configure.types, name="types"),
    path("types/add/", container_types.add_type, name="add_type"),
    path("programs/", configure.programs, name="programs"),
    path("programs/add/", configure_things.add_program, name="add_program"),
    path("sponsors/add/", configure_things.add_sponsor, name="add_sponsor"),
    path("products/", configure.products, name="products"),
    path("products/add/", configure_things.add_product, name="add_product"),
    path("products/<int:product_id>/licence/", configure_things.set_licence, name="set_licence"),
    path("products/<int:product_id>/limits/", configure_things.set_limits, name="set_limits"),
    path("instruments/", instruments.register, name="instruments"),
    path("instruments/add/", instruments.add, name="add_instrument"),
    path("instruments/<int:instrument_id>/", instruments.instrument, name="instrument"),
    path(
        "instruments/<int:instrument_id>/calibrate/",
        instruments.calibrate,
        name="record_calibration",
    ),
    path("instruments/<int:instrument_id>/out/", instruments.take_out, name="take_out_of_use"),
    path("access/", access.rules, name="access"),
    path("access/set/", access.set_rules, name="set_access"),
    path("handling/", handling.rules, name="handling"),
    path("handling/set/", handling.set_rules, name="set_handling"),
    path("access/reviews/", access_reviews.reviews, name="access_reviews"),
    path("access/reviews/start/", access_reviews.start, name="start_access_review"),
    path("access/reviews/<int:access_review_id>/", access_reviews.review, name="access_review"),
    path(
        "access/reviews/<int:access_review_id>/close/",
        access_reviews.close,
        name="close_access_review",
    ),
    path(
        "access/reviews/<int:access_review_id>/copy/",
        access_reviews.copy,
        name="copy_access_review",
    ),
    path(
        "access/reviews/lines/<int:line_id>/settle/",
        access_reviews.settle,
        name="settle_access_line",
    ),
    path("procedures/", governance.rules, name="procedures"),
    path("procedures/set/", governance.set_rules, name="set_procedures"),
    path("people/", configure.people, name="people"),
    path("signing/", readiness.signing, name="signing"),
    path("signing/certify/", readiness.certify, name="certify"),
    path("signing/policy/", readiness.publish_policy, name="publish_policy"),
    path("tokens/", configure.tokens, name="tokens"),
    path("", include("web.urls.people")),
]

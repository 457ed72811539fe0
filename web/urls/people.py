"""The addresses of accounts; part of configuration."""

from django.urls import path

from web.views import access_requests, configure, people, readiness

urlpatterns = [
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:person_id>/", configure.person, name="person"),
    path("people/<int:person_id>/close/", people.close_person, name="close_person"),
    path("people/<int:person_id>/password/", people.reset_password, name="reset_password"),
    path(
        "people/<int:person_id>/second-factor/reset/",
        people.reset_second_factor,
        name="reset_second_factor",
    ),
    path("people/<int:person_id>/provider/permit/", people.permit_provider, name="permit_provider"),
    path(
        "people/<int:person_id>/provider/end/", people.end_provider_link, name="end_provider_link"
    ),
    path("people/<int:person_id>/sessions/end/", people.end_sessions, name="end_sessions"),
    path("people/<int:person_id>/unlock/", people.unlock_person, name="unlock_person"),
    path("people/<int:person_id>/roles/give/", people.give_role, name="give_role"),
    path("people/<int:person_id>/roles/take/", people.take_role, name="take_role"),
    path("people/<int:person_id>/scopes/open/", people.open_scope, name="open_scope"),
    path("people/<int:person_id>/scopes/close/", people.close_scope, name="close_scope"),
    path("people/<int:person_id>/verify/", readiness.verify_identity, name="verify_identity"),
    path("requests/", access_requests.requests, name="requests"),
    path("requests/<int:request_id>/approve/", access_requests.approve, name="approve_request"),
    path("requests/<int:request_id>/reject/", access_requests.reject, name="reject_request"),
    path("tokens/issue/", people.issue_token, name="issue_token"),
    path("tokens/<int:token_id>/revoke/", people.revoke_token, name="revoke_token"),
]

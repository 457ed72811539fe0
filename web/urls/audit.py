"""The addresses of the audit trail."""

from django.urls import path

from web.views import audit, notices

app_name = "audit"
urlpatterns = [
    path("", audit.index, name="index"),
    path("refused/", audit.refused, name="refused"),
    path("access/", audit.access, name="access"),
    path("checks/", audit.checks, name="checks"),
    path("checks/<int:check_id>/", audit.check, name="check"),
    path("checks/<int:check_id>/close/", audit.close_check, name="close_check"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("notices/<int:notice_id>/acknowledge/", notices.acknowledge, name="acknowledge_notice"),
    path("<int:change_id>/", audit.change, name="change"),
]

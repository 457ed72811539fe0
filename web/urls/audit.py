"""The addresses of the audit trail."""

from django.urls import path

from web.views import audit

app_name = "audit"
urlpatterns = [
    path("", audit.index, name="index"),
    path("refused/", audit.refused, name="refused"),
    path("access/", audit.access, name="access"),
    path("checks/", audit.checks, name="checks"),
    path("checks/<int:check_id>/", audit.check, name="check"),
    path("checks/<int:check_id>/close/", audit.close_check, name="close_check"),
    path("<int:change_id>/", audit.change, name="change"),
]

"""The addresses of the audit trail."""

from django.urls import path

from web.views import audit

app_name = "audit"
urlpatterns = [
    path("", audit.index, name="index"),
    path("refused/", audit.refused, name="refused"),
    path("<int:change_id>/", audit.change, name="change"),
]

"""The addresses about signing that are everybody's own."""

from django.urls import path

from web.views import readiness

app_name = "signing"
urlpatterns = [path("policy/", readiness.policy, name="policy")]

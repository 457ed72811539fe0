"""The addresses of batches and their receipts."""

from django.urls import path

from web.views import batches

app_name = "batches"
urlpatterns = [
    path("", batches.index, name="index"),
    path("<int:batch_id>/", batches.batch, name="batch"),
    path("<int:batch_id>/receive/", batches.receive, name="receive"),
    path("<int:batch_id>/start-again/", batches.start_again, name="start_again"),
    path("<int:batch_id>/inspect/", batches.inspect, name="inspect"),
]

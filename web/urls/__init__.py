"""The addresses of the screens: one line per section, each section a module here."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("web.urls.dashboard")),
    path("accounts/", include("web.urls.accounts")),
    path("audit/", include("web.urls.audit")),
    path("badges/", include("web.urls.badges")),
    path("batches/", include("web.urls.batches")),
    path("configure/", include("web.urls.configure")),
    path("counts/", include("web.urls.counts")),
    path("emergency/", include("web.urls.emergency")),
    path("labels/", include("web.urls.labels")),
    path("preferences/", include("web.urls.preferences")),
    path("procedures/emergency/", include("web.urls.emergency_work")),
    path("procedures/training/", include("web.urls.training")),
    path("procedures/", include("web.urls.procedures")),
    path("put-away/", include("web.urls.put_away")),
    path("quality/", include("web.urls.quality")),
    path("reports/", include("web.urls.reports")),
    path("retrievals/", include("web.urls.retrievals")),
    path("runs/", include("web.urls.runs")),
    path("scan/", include("web.urls.scan")),
    path("signing/", include("web.urls.signing")),
    path("sites/", include("web.urls.sites")),
    path("storage/emptying/", include("web.urls.emptying")),
    path("storage/", include("web.urls.storage")),
    path("styleguide/", include("web.urls.styleguide")),
    path("temperature/files/", include("web.urls.reading_files")),
    path("temperature/", include("web.urls.temperature")),
    path("therapies/", include("web.urls.therapies")),
    path("vials/", include("web.urls.vials")),
]

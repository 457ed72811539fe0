"""The addresses of the screens: one line per section, each section a module here."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("preferences/", include("web.urls.preferences")),
    path("sites/", include("web.urls.sites")),
    path("styleguide/", include("web.urls.styleguide")),
]

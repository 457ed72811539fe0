"""The addresses of procedures and their versions."""

from django.urls import path

from web.views.procedures import editor, entry, pages, sheets

app_name = "procedures"
VERSION = "<int:procedure_id>/versions/<int:version_number>/"
urlpatterns = [
    path("", pages.index, name="index"),
    path("new/", entry.new, name="new"),
    path("import/", entry.bring_in, name="import"),
    path("<int:procedure_id>/", pages.procedure, name="procedure"),
    path("<int:procedure_id>/draft/", entry.draft, name="draft"),
    path("<int:procedure_id>/retire/", sheets.retire, name="retire"),
    path("<int:procedure_id>/compare/", pages.compare, name="compare"),
    path(VERSION, pages.version, name="version"),
    path(f"{VERSION}edit/", editor.edit, name="edit"),
    path(f"{VERSION}submit/", sheets.submit, name="submit"),
    path(f"{VERSION}return/", sheets.return_version, name="return_version"),
    path(f"{VERSION}approve/", sheets.approve, name="approve"),
    path(f"{VERSION}withdraw/", sheets.withdraw, name="withdraw"),
    path(f"{VERSION}copy/", entry.copy, name="copy"),
    path(f"{VERSION}files/", entry.attach, name="attach"),
    path(f"{VERSION}files/<int:file_id>/", pages.file, name="file"),
    path(f"{VERSION}files/<int:file_id>/remove/", entry.remove, name="remove_file"),
]

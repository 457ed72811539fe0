"""How static files are stored: hashed names, compressed, ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """
    Also hashes the addresses in `import` statements, so that no browser mixes two releases.

    Before the first `collectstatic` there is no manifest: names then stay as they are written.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        # Only our own modules: packages import names in comments and for bundlers.
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),  # noqa: SLF001 - Django's patterns, narrowed to one folder
    )

    def stored_name(self, name: str) -> str:
        """Give the hashed name, or the plain one when nothing was collected yet."""
        return str(super().stored_name(name)) if self.hashed_files else name

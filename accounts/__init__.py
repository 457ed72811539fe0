"""People, roles and scopes."""

"""Every machine door: the REST API and file imports."""

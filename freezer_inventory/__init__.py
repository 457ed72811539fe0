"""Wiring only: settings, urls, Celery, embedded services and the demo."""

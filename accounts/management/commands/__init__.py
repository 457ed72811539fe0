"""Opening the first account of an installation."""

"""The technician's run: what the screen shows, and what each scan and button of it does."""

"""The main job as one walk: a module for each of its steps, and the desks at which people work."""

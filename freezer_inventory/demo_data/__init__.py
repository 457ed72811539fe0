"""The demo's data, made only through the actions, by people who sign for it."""

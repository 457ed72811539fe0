"""Setting up what exists and where, one module for each action."""

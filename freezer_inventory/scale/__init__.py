"""Many vials at once, for measuring: set-based, with every constraint and trigger switched on."""

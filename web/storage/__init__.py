"""Storage on screen: units and their fill, any container with its map, and moving containers."""

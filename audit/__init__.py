"""The ground: changes, history, signatures and refusals; it knows nothing of vials."""

"""What is done with procedures, one module for each action."""

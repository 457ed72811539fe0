"""What is done to procedures, training and runs: one module for each action."""

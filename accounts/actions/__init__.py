"""What is done to accounts, one module for each action."""

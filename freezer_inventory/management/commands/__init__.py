"""Commands that set the product up and run it."""

"""Commands of the paper floor."""

"""Pure rules: each says every reason why something may not be done; empty when it may."""

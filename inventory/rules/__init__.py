"""Pure rules of configuration: each says every reason why something may not be set up so."""

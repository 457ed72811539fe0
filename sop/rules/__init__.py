"""Pure rules of procedures: each says every reason why something may not be done."""

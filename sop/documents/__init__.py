"""What a procedure says: its document, the types of its steps, and whether it can be approved."""

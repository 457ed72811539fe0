"""The screens of one vial: its page, its record, and one page for each step."""

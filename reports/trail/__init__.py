"""Copies of the audit trail: what was searched for, entry by entry, in flat memory."""

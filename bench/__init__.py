"""Measuring the portal beside the bare SQL that does the same work, in the same run."""

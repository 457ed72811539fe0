"""What people do about procedures and deviations: one action per module."""

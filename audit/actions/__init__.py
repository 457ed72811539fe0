"""What the ground itself records."""

"""The measurements measure."""

"""What the pages of procedures show, and the sheets on which they are signed."""

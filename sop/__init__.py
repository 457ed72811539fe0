"""Who may do what, in which order: procedures stand behind this seam."""

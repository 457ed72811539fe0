"""The house's rules as checks: each reads one module, or all of them, and says what breaks it."""

"""How fast and how large: generated companies, measured beside what a user would use instead."""

"""A visit's own page."""

"""Days on which a place, or the whole clinic, is closed."""

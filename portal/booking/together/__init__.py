"""Times for several people in one search: one after the other, at once, or on one day."""

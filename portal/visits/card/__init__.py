"""What a visit's card and its own page share."""

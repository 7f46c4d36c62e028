"""Sign-up: a person's own details, then the family step."""

"""One practitioner: names, role, what they give and where."""

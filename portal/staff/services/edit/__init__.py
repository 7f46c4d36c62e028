"""One service: its name, length, price, breaks, room, and who gives it."""

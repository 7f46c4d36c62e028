"""Family members: adding them, what I may do for them, removing them."""

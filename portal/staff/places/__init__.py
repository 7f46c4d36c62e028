"""Where the clinic sees people: its places, their rooms and equipment."""

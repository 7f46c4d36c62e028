"""What staff see first: the search, and what waits for somebody."""

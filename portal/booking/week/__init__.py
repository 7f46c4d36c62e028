"""Booking, step 2: with whom and when, by week or by month."""

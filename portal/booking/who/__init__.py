"""Booking, step 3: for whom, where that was not chosen first."""

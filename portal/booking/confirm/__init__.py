"""Booking, the last step: everything that is kept, for whom, and yes."""

"""Booking at the desk, on behalf of patients: the member of staff is the actor, never the guest."""

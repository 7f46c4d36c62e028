"""Claiming a managed profile: as an account of one's own, or joined to the account one has."""

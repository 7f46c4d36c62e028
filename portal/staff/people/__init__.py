"""The people who work at the clinic and what each may do."""

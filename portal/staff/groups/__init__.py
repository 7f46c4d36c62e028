"""Groups: named lists of patients whom staff book together."""

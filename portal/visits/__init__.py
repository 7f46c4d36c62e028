"""My visits and my family's: seeing and cancelling them."""

"""The page behind the link in a mail that asks: answering without being signed in."""

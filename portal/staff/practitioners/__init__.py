"""The people who see patients, as the clinic manages them."""

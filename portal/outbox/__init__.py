"""Effects outside the database: queued in the transaction that causes them, sent by the worker."""

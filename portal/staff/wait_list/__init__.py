"""The wait list at the desk: who waits, what was offered and what became of it."""

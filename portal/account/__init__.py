"""Accounts: log-in, sessions, passwords, and a person's own profile."""

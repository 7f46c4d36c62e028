"""Giving, withdrawing and giving up permissions, and ending relationships."""

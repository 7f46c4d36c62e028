"""Choosing a service, a time and a person, and booking the visit."""

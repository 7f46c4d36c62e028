"""The demo clinic: what it is filled with, and its log-ins."""

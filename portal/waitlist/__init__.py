"""The wait list: asking for a time that is taken, and being offered one that became free."""

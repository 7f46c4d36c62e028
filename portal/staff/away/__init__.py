"""Time off with visits in it: cancel them, tell everyone and offer other times."""

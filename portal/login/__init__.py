"""The doors: signing in, a forgotten password, and the links that come by mail."""

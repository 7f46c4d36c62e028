"""Plain HTTP: the session cookie, security headers, limits, health."""

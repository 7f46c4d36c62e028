"""Real servers for the tests: databases, Redis, mail, a browser and the portal itself."""

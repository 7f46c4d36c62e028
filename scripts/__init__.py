"""What the Makefile runs: setting up, building the front end, checking, testing."""

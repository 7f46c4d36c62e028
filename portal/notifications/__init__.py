"""What each queued message becomes: who is told, in which words, by which way."""

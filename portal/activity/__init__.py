"""What family and staff did on somebody's profile, and what they did for others."""

"""What every page is made of: the frame, form parts, people, notices, and the door for events."""

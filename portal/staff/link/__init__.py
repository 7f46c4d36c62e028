"""Two patients and how they are related: the blue pencil."""

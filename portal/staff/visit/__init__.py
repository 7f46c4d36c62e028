"""One visit at the desk: what it is, who came, moving and cancelling it."""

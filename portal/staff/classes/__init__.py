"""Classes: times with seats that the clinic sets, who comes, and calling one off."""

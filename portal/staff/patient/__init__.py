"""One patient: details, visits, relationships, who decides."""

"""When one practitioner works: weekly shifts, other hours on single days, time off."""

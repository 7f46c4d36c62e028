"""Changes never break booked visits: they say first which ones they affect."""

from portal.staff.affected.service import AffectedVisit, Affects, affected_by_time_off, carefully

__all__ = ["AffectedVisit", "Affects", "affected_by_time_off", "carefully"]

"""The clinic's side: pages and states for staff, over the same services as the patients' pages."""

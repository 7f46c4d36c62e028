"""The clinic's schedule: who is seen when, day by day and week by week."""

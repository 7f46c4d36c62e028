"""The same visit again every few weeks, each date looked at before anything is booked."""

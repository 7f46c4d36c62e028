"""What can be booked: the list of services, for whoever manages it."""

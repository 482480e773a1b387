"""What people take away: pure functions from a finished fit to the bytes of a file."""

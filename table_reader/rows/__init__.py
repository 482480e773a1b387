"""Which rows of a file are names, which are data, and which are neither."""

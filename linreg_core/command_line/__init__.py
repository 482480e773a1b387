"""The command line: what its arguments are, and what is done with a table or a source of rows."""

"""What a text file is made of: encoding, dialect, rows, and the columns they are cut into."""

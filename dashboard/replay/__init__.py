"""Runs as files to take away: a replay that needs no server, and moving pictures for slides."""

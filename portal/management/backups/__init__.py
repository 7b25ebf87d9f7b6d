"""Backups: one archive that holds the database and every file as one moment saw them, and the way back from it."""

"""The warehouse folder: its snapshots, opened and published, and copies of all of it."""

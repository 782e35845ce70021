"""What a reader decides, types or brings on a page."""

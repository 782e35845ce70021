"""What keeps the documentation true: the page on metrics and the pictures are made, not written."""

"""What pages share in one server process."""

"""Who is there, and what the server gives to whom."""

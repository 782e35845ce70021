"""What the monthly run writes."""

"""What a grade entitles its customers to: services due, done and recorded."""

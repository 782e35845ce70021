"""What people decided about customers and grades, and what grading reads of it."""

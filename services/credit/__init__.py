"""Scores and grades: indicators, grading, policies tried, explained, back-tested and adopted."""

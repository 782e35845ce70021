"""Sections of the page of collection, 催费."""

"""Tie-out with the official monthly report."""

"""The yearly publication of grades, and the file that hands them to the marketing system."""

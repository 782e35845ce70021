"""The link of a page: filters in it, and what of it was not understood."""

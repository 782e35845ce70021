"""A second reading of the figures: plain Python over the raw rows, sharing nothing with the product."""

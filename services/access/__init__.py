"""Who acts, and what they may touch."""

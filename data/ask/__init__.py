"""Questions to an open snapshot: one typed function over each query, and the answers that are kept."""

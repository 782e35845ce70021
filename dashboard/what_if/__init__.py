"""Rules that are tried: what they are computed from, and who would change grade."""

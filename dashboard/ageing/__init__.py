"""The sections of the ageing page."""

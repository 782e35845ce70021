"""The sections of the recovery page."""

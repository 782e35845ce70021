"""The sections of the page of the credit model."""

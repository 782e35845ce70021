"""The sections of the credit grades page."""

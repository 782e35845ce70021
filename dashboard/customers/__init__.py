"""The customer lists and one customer's file."""

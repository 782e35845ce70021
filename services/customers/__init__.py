"""Customers as lists: filters, debts, names and numbers as everybody may see them."""

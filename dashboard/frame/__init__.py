"""What stands around every page: menu, day, filters, notices."""

"""Reading an extract out of a database: read-only, in batches, with the database's own totals beside it."""

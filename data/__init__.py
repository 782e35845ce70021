"""All that knows DuckDB, extract files and stores."""

"""Files that people take away or bring: workbooks, CSV and Parquet, their columns, totals and manifest."""

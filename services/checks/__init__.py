"""What a data steward looks at: checks, records to be corrected, and looks at full names."""

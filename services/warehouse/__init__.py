"""The warehouse as a whole: loading, making ready, verifying, rebuilding, backing up and restoring."""

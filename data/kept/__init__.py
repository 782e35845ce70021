"""What is kept in files and in memory: whole or not at all, its owner's alone, told from what was spoilt."""

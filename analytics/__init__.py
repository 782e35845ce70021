"""Pure functions and frozen values: what the figures, grades and actions mean. No I/O."""

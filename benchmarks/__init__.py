"""How fast Dengta is: one command, a table as result, ratios taken in one run."""

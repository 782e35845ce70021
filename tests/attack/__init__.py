"""What an attacker tries: no test here trusts a page."""

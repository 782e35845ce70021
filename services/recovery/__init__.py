"""How much of what was billed comes back: rates, ageing, clearing, forecasts, comparisons, targets."""

"""资金: where the money comes from, what is in place, what was paid."""
